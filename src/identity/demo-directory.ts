import type { Directory } from './directory.ts'

/** The demo's organisations and staff: example data, not a statement about any real region. */
export const demoDirectory: Directory = {
  regions: [
    { id: 'vgr', name: 'Västra Götalandsregionen' },
    { id: 'vasterbotten', name: 'Region Västerbotten' },
    { id: 'skane', name: 'Region Skåne' },
    { id: 'stockholm', name: 'Region Stockholm' },
    { id: 'orebro', name: 'Region Örebro län' },
    { id: 'sormland', name: 'Region Sörmland' },
    { id: 'blekinge', name: 'Region Blekinge' },
    { id: 'vasternorrland', name: 'Region Västernorrland' },
    { id: 'sandbox', name: 'Sandlåda' },
  ],
  providers: [{ hsaId: 'SE2321000131-E000000000001', name: 'Regionstyrelsen', region: 'vgr' }],
  units: [
    {
      hsaId: 'SE2321000131-E000000000030',
      name: 'Avd 30E Medicin',
      provider: 'SE2321000131-E000000000001',
      region: 'vgr',
      site: 'Exempelsjukhuset',
      kind: 'ward',
    },
    {
      hsaId: 'SE2321000131-E000000000040',
      name: 'Närhälsan Exempelby vårdcentral',
      provider: 'SE2321000131-E000000000001',
      region: 'vgr',
      site: 'Närhälsan Exempelby',
      kind: 'primary-care',
    },
  ],
  staff: [
    {
      hsaId: 'SE2321000131-P000000000001',
      login: 'anna.nystrom',
      givenName: 'Anna',
      familyName: 'Nyström',
      title: 'ST-läkare',
      profession: 'doctor',
      commissions: [
        {
          hsaId: 'SE2321000131-U000000000001',
          name: 'Vård och behandling, Avd 30E Medicin',
          unit: 'SE2321000131-E000000000030',
          purpose: 'care',
        },
      ],
    },
    {
      hsaId: 'SE2321000131-P000000000002',
      login: 'goran.ek',
      givenName: 'Göran',
      familyName: 'Ek',
      title: 'distriktsläkare',
      profession: 'doctor',
      commissions: [
        {
          hsaId: 'SE2321000131-U000000000002',
          name: 'Vård och behandling, Närhälsan Exempelby',
          unit: 'SE2321000131-E000000000040',
          purpose: 'care',
        },
      ],
    },
  ],
}
