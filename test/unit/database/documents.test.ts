import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelsFolder } from '../../../src/base/modelsFolder'
import { FileDocuments } from '../../../src/database/fileDocuments'
import { MemoryDocuments } from '../../../src/database/memoryDocuments'
import { describeDocuments } from '../../support/documentsContract'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describeDocuments('FileDocuments', async () => {
  const top = await createTempFolder('docs')
  const folder = new ModelsFolder(join(top, '.models'))
  const warnings: string[] = []
  const documents = new FileDocuments({
    folder,
    via: 'test',
    onWarning: (message) => warnings.push(message),
  })
  return {
    documents,
    warnings,
    put: async (name, text) => {
      await folder.prepare()
      await writeFile(folder.join(`${name}.json`), text)
    },
    text: async (name) => {
      try {
        return await readFile(folder.join(`${name}.json`), 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    close: async () => {
      documents.dispose()
      await removeFolder(top)
    },
  }
})

describeDocuments('MemoryDocuments', async () => {
  const warnings: string[] = []
  const documents = new MemoryDocuments((message) => warnings.push(message))
  return {
    documents,
    warnings,
    put: (name, text) => documents.put(name, text),
    text: async (name) => documents.text(name),
    close: async () => documents.dispose(),
  }
})
