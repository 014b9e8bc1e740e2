/** Kärna's mark: a core in a hexagon. */
export function Logo() {
  return (
    <svg className="logo-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path className="logo-shell" d="M12 2.5 20.5 7v10L12 21.5 3.5 17V7z" />
      <path className="logo-core" d="M12 7v10M7.6 9.5l8.8 5M16.4 9.5l-8.8 5" />
    </svg>
  )
}
