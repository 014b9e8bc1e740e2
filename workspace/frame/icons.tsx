import type { ReactNode } from 'react'

/** Paths of the icons; drawn for Kärna on a 24 × 24 grid with round strokes. */
const PATHS = {
  patients: (
    <>
      <circle cx="9" cy="8" r="3.5" />
      <path d="M2.5 20c.6-4 3.2-6 6.5-6s5.9 2 6.5 6" />
      <path d="M16 5a3.5 3.5 0 0 1 0 6.500M18.5 14.500c1.8.9 2.8 2.7 3 5.5" />
    </>
  ),
  overview: <path d="M4 4h7v7H4zM13 4h7v4h-7zM13 11h7v9h-7zM4 14h7v6H4z" />,
  search: (
    <>
      <circle cx="11" cy="11" r="7" />
      <path d="m20 20-4-4" />
    </>
  ),
  unit: <path d="M5 21V4h10v17M15 9h4v12M3 21h18M8.5 8h3M10 6.500v3M8.5 13h3M8.5 17h3" />,
  alert: <path d="M12 3.5 22 20.500H2zM12 10v5M12 17.800v.2" />,
  infection: (
    <>
      <circle cx="12" cy="12" r="5" />
      <path d="M12 3v4M12 17v4M3 12h4M17 12h4M5.6 5.600l2.8 2.800M15.6 15.600l2.8 2.800M5.6 18.400l2.8-2.800M15.6 8.400l2.8-2.8" />
    </>
  ),
  drop: <path d="M12 3c3.5 4.5 6 7.5 6 11a6 6 0 0 1-12 0c0-3.5 2.5-6.5 6-11z" />,
  kidney: <path d="M3.5 5h17l-6.5 8v5.500l-4 2V13z" />,
  limit: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="m6 6 12 12" />
    </>
  ),
  lock: (
    <>
      <rect x="5" y="11" width="14" height="9" rx="2" />
      <path d="M8 11V8a4 4 0 0 1 8 0v3" />
    </>
  ),
  shield: (
    <path d="M12 3l7.5 2.500v6c0 4.500-3 7.800-7.500 9.500-4.500-1.700-7.500-5-7.500-9.500v-6zM8.500 12l2.500 2.500 4.500-4.500" />
  ),
  relation: (
    <>
      <circle cx="9" cy="8" r="3.5" />
      <path d="M2.5 20c.6-4 3.2-6 6.5-6s5.9 2 6.5 6M16.5 11.500l2 2 3.5-4" />
    </>
  ),
  result: (
    <path d="M9.5 3h5M10.5 3v6L4.5 19.500A1 1 0 0 0 5.4 21h13.200a1 1 0 0 0 .9-1.500L13.5 9V3M7.5 15h9" />
  ),
  report: <path d="M3 12h4l2.5-6 4 12 2.5-6h5" />,
  note: <path d="M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h5" />,
  medication: <path d="m5 14 9-9a4 4 0 0 1 5.5 5.500l-9 9A4 4 0 0 1 5 14zM9.5 9.500l5.5 5.5" />,
  wait: (
    <path d="M6 3h12M6 21h12M7 3c0 5 4 6.5 5 9-1 2.5-5 4-5 9M17 3c0 5-4 6.5-5 9 1 2.5 5 4 5 9" />
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7v5l3.5 2" />
    </>
  ),
  calendar: <path d="M4 6h16v14H4zM4 10.500h16M8 3v5M16 3v5" />,
  sun: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M5.3 18.700l1.4-1.400M17.3 6.700l1.4-1.4" />
    </>
  ),
  moon: <path d="M20 14.500A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.500z" />,
  leave: <path d="M10 4H5v16h5M15 8l4 4-4 4M19 12H9" />,
  help: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M9.3 9.300a2.8 2.8 0 1 1 4 2.500c-.8.4-1.3 1-1.3 2M12 17v.2" />
    </>
  ),
  sources: (
    <>
      <ellipse cx="12" cy="5.5" rx="8" ry="3" />
      <path d="M4 5.500v13c0 1.7 3.6 3 8 3s8-1.3 8-3v-13M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3" />
    </>
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4 21c.7-4.5 3.8-7 8-7s7.3 2.5 8 7" />
    </>
  ),
  list: <path d="M9 6h11M9 12h11M9 18h11M3.5 5.500l1.300 1.300L7 4.500M3.5 12h2M3.5 18h2" />,
  go: <path d="M5 12h13M13 6.500l5.500 5.500-5.500 5.500" />,
  card: (
    <>
      <rect x="2.5" y="5" width="19" height="14" rx="2" />
      <path d="M6 15.500c.4-1.500 1.400-2.300 2.800-2.300s2.400.8 2.800 2.300M15 10h3.500M15 14h3.500" />
      <circle cx="8.8" cy="10.2" r="1.700" />
    </>
  ),
  choose: <path d="m7 15 5 5 5-5M7 9l5-5 5 5" />,
} as const satisfies Record<string, ReactNode>

export type IconName = keyof typeof PATHS

/** An icon beside words that say the same; it is never alone. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      {PATHS[name]}
    </svg>
  )
}
