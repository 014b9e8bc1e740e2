/** A laboratory analysis: NPU code, unit as Swedish answers write it, UCUM where sure, decimals, and reference interval. */
export interface Analysis {
  readonly code: string | undefined
  readonly unit: string
  readonly ucum?: string
  readonly decimals: number
  /** `[low, high]` for a woman and a man of that age; `undefined` for a side that has no limit. */
  readonly interval: (sex: 'female' | 'male', age: number) => Interval
}

export type Interval = readonly [low: number | undefined, high: number | undefined]

const all =
  (low: number | undefined, high: number | undefined): Analysis['interval'] =>
  () => [low, high]
const bySex =
  (female: Interval, male: Interval): Analysis['interval'] =>
  (sex) =>
    sex === 'female' ? female : male

/**
 * Analyses by the short name that the answer shows.
 * Codes and intervals: facts of NPU and of Swedish laboratories, checked as the tables of common codes say; for demo data, not for care.
 */
export const ANALYSES = {
  'B-Hb': npu('NPU28309', 'g/L', 0, bySex([117, 153], [134, 170])),
  'B-LPK': npu('NPU02593', 'x10(9)/L', 1, all(3.5, 8.8), '10*9/L'),
  'B-TPK': npu('NPU03568', 'x10(9)/L', 0, bySex([165, 387], [145, 348]), '10*9/L'),
  'Erc(B)-MCV': npu('NPU01944', 'fL', 0, all(82, 98)),
  'B-Neutrofila': npu('NPU02902', 'x10(9)/L', 1, all(1.8, 6.3), '10*9/L'),
  'B-Eosinofila': npu('NPU01933', 'x10(9)/L', 1, all(undefined, 0.5), '10*9/L'),
  'P-Natrium': npu('NPU03429', 'mmol/L', 0, all(137, 145)),
  'P-Kalium': npu('NPU03230', 'mmol/L', 1, all(3.5, 4.6)),
  'P-Kreatinin': npu('NPU04998', 'µmol/L', 0, bySex([45, 90], [60, 105]), 'umol/L'),
  'Pt-eGFR(Krea)relativ': npu(
    'SWE05406',
    'mL/min/1,73 m2',
    0,
    all(60, undefined),
    'mL/min/{1.73_m2}',
  ),
  'P-Albumin': npu('NPU19673', 'g/L', 0, (_, age) => [age > 70 ? 34 : 36, age > 40 ? 45 : 48]),
  'P-Calcium': npu('NPU01443', 'mmol/L', 2, all(2.15, 2.5)),
  'P-CRP': npu('NPU19748', 'mg/L', 0, all(undefined, 5)),
  'P-Glukos': npu('NPU02192', 'mmol/L', 1, all(4, 7.8)),
  'fP-Glukos': npu('NPU02195', 'mmol/L', 1, all(4.2, 6.3)),
  'B-HbA1c': npu('NPU27300', 'mmol/mol', 0, (_, age) => (age >= 50 ? [31, 46] : [27, 42])),
  'P-ALAT': npu('NPU19981', 'µkat/L', 2, bySex([0.15, 0.75], [0.15, 1.1]), 'ukat/L'),
  'P-ASAT': npu('NPU22279', 'µkat/L', 2, bySex([0.25, 0.6], [0.25, 0.75]), 'ukat/L'),
  'P-ALP': npu('NPU53078', 'µkat/L', 1, all(0.7, 1.9), 'ukat/L'),
  'P-GT': npu(
    'NPU22283',
    'µkat/L',
    2,
    (sex, age) => (sex === 'female' ? [0.15, age < 40 ? 0.75 : 1.2] : [0.2, age < 40 ? 1.3 : 1.9]),
    'ukat/L',
  ),
  'P-Bilirubin': npu('NPU01370', 'µmol/L', 0, all(5, 25), 'umol/L'),
  'P-Ferritin': npu('NPU19763', 'µg/L', 0, bySex([13, 150], [30, 400]), 'ug/L'),
  'P-Kobalamin (B12)': npu('NPU01700', 'pmol/L', 0, all(150, 650)),
  'P-Folat': npu('NPU02070', 'nmol/L', 0, all(8, undefined)),
  'P-25-OH-vitamin D': npu('NPU10267', 'nmol/L', 0, all(50, 125)),
  'P-TSH': npu('NPU03577', 'mIE/L', 2, all(0.27, 4.2), 'm[IU]/L'),
  'P-Fritt T4': npu('NPU03579', 'pmol/L', 0, all(12, 22)),
  'P-Troponin T': npu('NPU27501', 'ng/L', 0, all(undefined, 14)),
  'P-NT-proBNP': npu('NPU21571', 'ng/L', 0, (_, age) => [undefined, age >= 60 ? 300 : 150]),
  'P-PK(INR)': npu('NPU01685', 'INR', 1, all(undefined, 1.2)),
  'P-Kolesterol': npu('NPU01566', 'mmol/L', 1, (_, age) =>
    age >= 50 ? [3.9, 7.8] : age >= 30 ? [3.3, 6.9] : [2.9, 6.1],
  ),
  'P-HDL-kolesterol': npu('NPU01567', 'mmol/L', 1, bySex([1, 2.7], [0.8, 2.1])),
  'P-LDL-kolesterol': npu('NPU01568', 'mmol/L', 1, (_, age) =>
    age >= 51 ? [2, 5.3] : age >= 31 ? [1.4, 4.7] : [1.2, 4.3],
  ),
  'fP-Triglycerid': npu('NPU03620', 'mmol/L', 1, all(0.5, 2.6)),
  'P-PSA': npu('NPU08669', 'µg/L', 1, (_, age) => [undefined, psaLimit(age)], 'ug/L'),
  'P-CEA': npu('NPU19719', 'µg/L', 1, all(undefined, 5), 'ug/L'),
  'U-Albumin/Krea': npu('NPU28842', 'mg/mmol', 1, all(undefined, 3)),
  'B-PEth': npu(undefined, 'µmol/L', 2, all(undefined, 0.05), 'umol/L'),
  'kB-pH': npu('NPU12490', 'pH', 2, all(7.35, 7.45), '[pH]'),
  'kB-pCO2': npu('NPU12481', 'kPa', 1, all(4.6, 6)),
  'P-Laktat': npu(undefined, 'mmol/L', 1, all(0.5, 2.3)),
} as const satisfies Record<string, Analysis>

export type AnalysisName = keyof typeof ANALYSES

function npu(
  code: string | undefined,
  unit: string,
  decimals: number,
  interval: Analysis['interval'],
  ucum: string = unit,
): Analysis {
  const sure = unit === 'INR' ? undefined : ucum
  return { code, unit, decimals, interval, ...(sure ? { ucum: sure } : {}) }
}

function psaLimit(age: number): number {
  if (age >= 80) return 7
  if (age >= 70) return 5
  return age >= 50 ? 3 : 2
}
