/** How much is taken at each time of day: morning, noon, evening, night. */
export type Doses = readonly [morning: number, noon: number, evening: number, night: number]

/** A drug as it is prescribed. Texts and strengths are examples for the demo, not advice for care. */
export interface Drug {
  readonly atc: string
  /** Substance, form and strength as shown: `Furosemid tablett 40 mg`. */
  readonly name: string
  /** The dosage text of the prescription, in Swedish. */
  readonly dosage: string
  /** What one dose is counted in: `tablett`. */
  readonly form: string
  readonly doses?: Doses
  readonly asNeeded?: true
  /** What for, in words that the patient knows. */
  readonly reason: string
}

const FORMS =
  /depottablett|tuggtablett|tablett|depotkapsel|enterokapsel|kapsel|inhalation|nässpray|pulver till oral lösning|injektionsvätska/

const table = {
  metoprolol:
    'C07AB02|Metoprolol depottablett 50 mg|1 depottablett på morgonen|1000|Mot högt blodtryck och hjärtklappning',
  bisoprolol: 'C07AB07|Bisoprolol tablett 2,5 mg|1 tablett på morgonen|1000|Mot hjärtsvikt',
  furosemid:
    'C03CA01|Furosemid tablett 40 mg|1 tablett på morgonen|1000|Vätskedrivande mot svullnad och andfåddhet',
  furosemid2:
    'C03CA01|Furosemid tablett 40 mg|1 tablett på morgonen och 1 tablett mitt på dagen|1100|Vätskedrivande mot svullnad och andfåddhet',
  spironolakton: 'C03DA01|Spironolakton tablett 25 mg|1 tablett på morgonen|1000|Mot hjärtsvikt',
  amlodipin: 'C08CA01|Amlodipin tablett 5 mg|1 tablett dagligen|1000|Mot högt blodtryck',
  enalapril: 'C09AA02|Enalapril tablett 10 mg|1 tablett dagligen|1000|Mot högt blodtryck',
  ramipril:
    'C09AA05|Ramipril tablett 5 mg|1 tablett dagligen|1000|Mot högt blodtryck, skyddar hjärtat',
  losartan: 'C09CA01|Losartan tablett 50 mg|1 tablett dagligen|1000|Mot högt blodtryck',
  kandesartan: 'C09CA06|Kandesartan tablett 8 mg|1 tablett dagligen|1000|Mot högt blodtryck',
  atorvastatin:
    'C10AA05|Atorvastatin tablett 40 mg|1 tablett till kvällen|0010|Mot höga blodfetter, förebygger hjärtinfarkt och stroke',
  asa: 'B01AC06|Acetylsalicylsyra tablett 75 mg|1 tablett dagligen|1000|Förebygger blodpropp',
  apixaban:
    'B01AF02|Apixaban tablett 5 mg|1 tablett 2 gånger dagligen|1010|Förebygger stroke vid förmaksflimmer',
  dalteparin:
    'B01AB04|Dalteparin injektionsvätska 5000 IE|1 spruta under huden till kvällen|0010|Förebygger blodpropp',
  metformin:
    'A10BA02|Metformin tablett 500 mg|1 tablett 2 gånger dagligen i samband med måltid|1010|Mot typ 2-diabetes',
  metformin2:
    'A10BA02|Metformin tablett 500 mg|2 tabletter 2 gånger dagligen i samband med måltid|2020|Mot typ 2-diabetes',
  empagliflozin: 'A10BK03|Empagliflozin tablett 10 mg|1 tablett dagligen|1000|Mot typ 2-diabetes',
  dapagliflozin: 'A10BK01|Dapagliflozin tablett 10 mg|1 tablett dagligen|1000|Mot hjärtsvikt',
  semaglutid:
    'A10BJ06|Semaglutid injektionsvätska 0,5 mg|1 injektion under huden en gång i veckan||Mot typ 2-diabetes',
  glargin:
    'A10AE04|Insulin glargin injektionsvätska 100 E/ml|14 E under huden till kvällen|00e0|Mot diabetes',
  aspart:
    'A10AB05|Insulin aspart injektionsvätska 100 E/ml|6 E under huden till frukost, lunch och middag|6660|Mot diabetes',
  levotyroxin:
    'H03AA01|Levotyroxin tablett 75 mikrogram|1 tablett på morgonen på fastande mage|1000|Vid brist på sköldkörtelhormon',
  prednisolon:
    'H02AB06|Prednisolon tablett 5 mg|6 tabletter på morgonen i 5 dagar|6000|Mot inflammation',
  paracetamol:
    'N02BE01|Paracetamol tablett 500 mg|2 tabletter vid behov, högst 8 tabletter per dygn|v|Mot smärta och feber',
  paracetamolFast:
    'N02BE01|Paracetamol tablett 500 mg|2 tabletter 4 gånger dagligen|2222|Mot smärta',
  oxikodon:
    'N02AA05|Oxikodon depottablett 5 mg|1 depottablett 2 gånger dagligen|1010|Mot svår smärta',
  morfin:
    'N02AA01|Morfin tablett 10 mg|1 tablett vid behov, högst 4 gånger per dygn|v|Mot svår smärta',
  ibuprofen:
    'M01AE01|Ibuprofen tablett 400 mg|1 tablett vid behov, högst 3 gånger dagligen|v|Mot smärta och inflammation',
  sertralin: 'N06AB06|Sertralin tablett 50 mg|1 tablett på morgonen|1000|Mot depression och ångest',
  mirtazapin: 'N06AX11|Mirtazapin tablett 15 mg|1 tablett till natten|0001|Mot depression',
  venlafaxin: 'N06AX16|Venlafaxin depotkapsel 75 mg|1 depotkapsel på morgonen|1000|Mot depression',
  oxazepam:
    'N05BA04|Oxazepam tablett 10 mg|1 tablett vid behov, högst 2 gånger dagligen|v|Mot ångest och oro',
  zopiklon:
    'N05CF01|Zopiklon tablett 5 mg|1 tablett till natten vid behov|v|Mot tillfälliga sömnbesvär',
  melatonin:
    'N05CH01|Melatonin depottablett 2 mg|1 depottablett 1–2 timmar före sänggående|0001|Mot sömnbesvär',
  omeprazol:
    'A02BC01|Omeprazol enterokapsel 20 mg|1 kapsel på morgonen före frukost|1000|Minskar magsyra',
  makrogol:
    'A06AD65|Makrogol, kombinationer pulver till oral lösning|1 dospåse dagligen upplöst i ett halvt glas vatten|1000|Mot förstoppning',
  metoklopramid:
    'A03FA01|Metoklopramid tablett 10 mg|1 tablett vid behov, högst 3 gånger dagligen|v|Mot illamående',
  ferrosulfat:
    'B03AA07|Ferrosulfat depottablett 100 mg järn|1 depottablett dagligen|1000|Mot järnbrist',
  b12: 'B03BA01|Cyanokobalamin tablett 1 mg|1 tablett dagligen|1000|Mot B12-brist',
  folsyra: 'B03BB01|Folsyra tablett 1 mg|1 tablett dagligen|1000|Mot folsyrabrist',
  kalkD:
    'A12AX|Kalcium + vitamin D tuggtablett 500 mg/800 IE|1 tuggtablett dagligen|1000|Förebygger benskörhet',
  alendronsyra:
    'M05BA04|Alendronsyra tablett 70 mg|1 tablett en gång i veckan på fastande mage med ett glas vatten, upprätt minst 30 minuter efteråt||Mot benskörhet',
  pcv800:
    'J01CE02|Fenoximetylpenicillin tablett 800 mg|1 tablett 4 gånger dagligen i 5 dagar|1111|Mot halsfluss',
  pcv1: 'J01CE02|Fenoximetylpenicillin tablett 1 g|1 tablett 3 gånger dagligen i 5 dagar|1110|Mot lunginflammation',
  pivmecillinam:
    'J01CA08|Pivmecillinam tablett 200 mg|1 tablett 3 gånger dagligen i 5 dagar|1110|Mot urinvägsinfektion',
  nitrofurantoin:
    'J01XE01|Nitrofurantoin tablett 50 mg|1 tablett 3 gånger dagligen i 5 dagar|1110|Mot urinvägsinfektion',
  flukloxacillin:
    'J01CF05|Flukloxacillin tablett 1 g|1 tablett 3 gånger dagligen i 7 dagar|1110|Mot hudinfektion',
  doxycyklin:
    'J01AA02|Doxycyklin tablett 100 mg|2 tabletter första dagen, därefter 1 tablett dagligen i 6 dagar||Mot luftvägsinfektion',
  salbutamol:
    'R03AC02|Salbutamol inhalationspulver 0,2 mg/dos|1 inhalation vid behov|v|Luftrörsvidgande vid andnöd',
  budesonidFormoterol:
    'R03AK07|Formoterol och budesonid inhalationspulver 160/4,5 mikrogram/dos|1 inhalation 2 gånger dagligen|1010|Mot astma',
  tiotropium:
    'R03BB04|Tiotropium inhalationspulver 18 mikrogram|1 inhalation dagligen|1000|Mot KOL',
  desloratadin: 'R06AX27|Desloratadin tablett 5 mg|1 tablett dagligen vid behov|v|Mot allergi',
  mometason:
    'R01AD09|Mometason nässpray 50 mikrogram/dos|2 sprayningar i vardera näsborren dagligen|2000|Mot allergisk snuva',
  finasterid:
    'G04CB01|Finasterid tablett 5 mg|1 tablett dagligen|1000|Mot godartad prostataförstoring',
  allopurinol: 'M04AA01|Allopurinol tablett 100 mg|1 tablett dagligen|1000|Förebygger gikt',
  sumatriptan:
    'N02CC01|Sumatriptan tablett 50 mg|1 tablett vid migränanfall, kan upprepas efter tidigast 2 timmar|v|Mot migrän',
  naltrexon: 'N07BB04|Naltrexon tablett 50 mg|1 tablett dagligen|1000|Vid alkoholberoende',
  tiaminInj:
    'A11DA01|Tiamin injektionsvätska 50 mg/ml|4 ml intravenöst 1 gång dagligen|1000|Förebygger brist på vitamin B1',
  tiamin:
    'A11DA01|Tiamin tablett 50 mg|1 tablett 2 gånger dagligen|1010|Förebygger brist på vitamin B1',
  letrozol:
    'L02BG04|Letrozol tablett 2,5 mg|1 tablett dagligen|1000|Minskar risken för återfall i bröstcancer',
  fluticason:
    'R03BA05|Flutikason inhalationsspray 50 mikrogram/dos|1 inhalation 2 gånger dagligen med andningsbehållare|1010|Förebygger astma',
  montelukast:
    'R03DC03|Montelukast tuggtablett 5 mg|1 tuggtablett till kvällen|0010|Förebygger astma',
  cefotaxim:
    'J01DD01|Cefotaxim pulver till injektionsvätska 1 g|1 g intravenöst 3 gånger dagligen|1110|Mot bakteriell infektion',
  moxifloxacin:
    'J01MA14|Moxifloxacin tablett 400 mg|1 tablett på morgonen i 7 dagar|1000|Mot lunginflammation',
  bensylpenicillin:
    'J01CE01|Bensylpenicillin pulver till injektionsvätska 3 g|3 g intravenöst 3 gånger dagligen|1110|Mot lunginflammation',
  kaliumklorid:
    'A12BA01|Kaliumklorid depottablett 750 mg|2 depottabletter 2 gånger dagligen|2020|Mot kaliumbrist',
  furosemidInj:
    'C03CA01|Furosemid injektionsvätska 10 mg/ml|40 mg intravenöst på morgonen och mitt på dagen|1100|Vätskedrivande mot svullnad och andfåddhet',
} as const

export type DrugName = keyof typeof table

/** The drugs of the demo by a short name of our own. */
export const DRUGS = Object.fromEntries(
  Object.entries(table).map(([name, row]) => [name, drugOf(row)]),
) as Record<DrugName, Drug>

function drugOf(row: string): Drug {
  const [atc = '', name = '', dosage = '', scheme = '', reason = ''] = row.split('|')
  const base = { atc, name, dosage, form: FORMS.exec(name)?.[0] ?? 'dos', reason }
  if (scheme === 'v') return { ...base, asNeeded: true }
  if (scheme === '') return base
  const amounts = [...scheme].map((digit) => Number.parseInt(digit, 16))
  return { ...base, doses: amounts as unknown as Doses }
}
