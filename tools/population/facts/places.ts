/** A municipality with its SCB code and the first three digits of a postal code there. */
export interface Place {
  readonly code: string
  readonly municipality: string
  readonly city: string
  readonly postal: string
}

/** Where each region's people live. Source: SCB, Koder för län och kommuner; postal codes by area. */
export const PLACES = {
  vgr: [
    place('1480', 'Göteborg', '413'),
    place('1480', 'Göteborg', '416'),
    place('1481', 'Mölndal', '431'),
    place('1482', 'Kungälv', '442'),
    place('1488', 'Trollhättan', '461'),
    place('1490', 'Borås', '506'),
  ],
  vasterbotten: [
    place('2480', 'Umeå', '903'),
    place('2482', 'Skellefteå', '931'),
    place('2481', 'Lycksele', '921'),
    place('2460', 'Vännäs', '911'),
  ],
  skane: [
    place('1280', 'Malmö', '212'),
    place('1281', 'Lund', '224'),
    place('1290', 'Kristianstad', '291'),
    place('1283', 'Helsingborg', '252'),
  ],
  stockholm: [
    place('0180', 'Stockholm', '118'),
    place('0184', 'Solna', '171'),
    place('0181', 'Södertälje', '151'),
    place('0182', 'Nacka', '131'),
  ],
  orebro: [
    place('1880', 'Örebro', '703'),
    place('1881', 'Kumla', '692'),
    place('1883', 'Karlskoga', '691'),
  ],
  sormland: [
    place('0484', 'Eskilstuna', '632'),
    place('0480', 'Nyköping', '611'),
    place('0483', 'Katrineholm', '641'),
  ],
  blekinge: [
    place('1080', 'Karlskrona', '371'),
    place('1082', 'Karlshamn', '374'),
    place('1081', 'Ronneby', '372'),
  ],
  vasternorrland: [
    place('2281', 'Sundsvall', '852'),
    place('2280', 'Härnösand', '871'),
    place('2284', 'Örnsköldsvik', '891'),
  ],
} satisfies Record<string, readonly Place[]>

export type PlaceRegion = keyof typeof PLACES

function place(code: string, municipality: string, postal: string): Place {
  return { code, municipality, city: municipality.toUpperCase(), postal }
}
