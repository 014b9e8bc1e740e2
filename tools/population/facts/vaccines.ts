/** Vaccines of the demo: ATC code and text. Sources: WHO ATC; Folkhälsomyndigheten, vaccinationsprogram för barn. */
export const VACCINES = {
  influenza: { atc: 'J07BB02', text: 'Influensavaccin, inaktiverat' },
  covid: { atc: 'J07BN01', text: 'Covid-19-vaccin, mRNA' },
  pneumococcal: { atc: 'J07AL01', text: 'Pneumokockvaccin, polysackarid' },
  tbe: { atc: 'J07BA01', text: 'TBE-vaccin, helvirus' },
  tetanus: { atc: 'J07AM51', text: 'Difteri- och stelkrampsvaccin' },
  hexavalent: { atc: 'J07CA09', text: 'DTP-polio-Hib-hepatit B-vaccin' },
  pneumococcalChild: { atc: 'J07AL02', text: 'Pneumokockvaccin, konjugerat' },
  rota: { atc: 'J07BH01', text: 'Rotavirusvaccin' },
  mmr: { atc: 'J07BD52', text: 'MPR-vaccin' },
  boosterFive: { atc: 'J07CA02', text: 'DTP-poliovaccin' },
  hpv: { atc: 'J07BM03', text: 'HPV-vaccin' },
  pertussisPregnant: { atc: 'J07AJ52', text: 'Kikhostevaccin, kombination' },
} as const

export type VaccineName = keyof typeof VACCINES
