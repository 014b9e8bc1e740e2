/**
 * `npm run definitions`: makes the tables that the server carries out of HL7's R4 definitions.
 * Needed only when a generator changes; the tables are committed.
 */
import { generateSearchParameters } from './search-parameters.ts'
import { generateStructureDefinitions } from './structure-definitions.ts'

generateStructureDefinitions()
generateSearchParameters()
