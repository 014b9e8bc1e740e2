import { writeFileSync } from 'node:fs'
import { lawDocument } from './law-document.ts'

writeFileSync('docs/law.md', lawDocument())
