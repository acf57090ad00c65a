import { join } from 'node:path'
import { FileModelStore } from '../../../src/store/fileStore'
import { InMemoryModelStore } from '../../../src/store/memoryStore'
import { MinimalStore } from '../../support/minimalStore'
import { describeStore } from '../../support/storeContract'

describeStore('FileModelStore', async (folder) => new FileModelStore(join(folder, '.models')))
describeStore('InMemoryModelStore', async () => new InMemoryModelStore())
describeStore('A store of another author', async () => new MinimalStore())
