import { looksLikePickle } from '../bytes/pickleStream'
import type { FileFormat } from './format'
import { describePickles } from './pickleModel'

/** A pickle of any protocol: what an estimator, a booster or any other Python object is saved as by default. */
export const pickle: FileFormat = {
  id: 'pickle',
  extensions: ['.pkl', '.pickle', '.p', '.dill', '.sav'],
  match: ({ head, budget }) => looksLikePickle(head, budget),
  inspect: (subject) => describePickles(subject, subject.reader),
}
