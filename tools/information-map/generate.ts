import { writeFileSync } from 'node:fs'
import { informationMapDocument } from './information-map-document.ts'

writeFileSync('docs/information-map.md', informationMapDocument())
