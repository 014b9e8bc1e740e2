import type { ReactNode } from 'react'
import { go } from '../route.ts'

/** A true link to a page of the workspace: it opens here at once, or in a tab of its own when asked to. */
export function Link({
  to,
  current,
  className,
  title,
  children,
}: {
  readonly to: string
  readonly current?: boolean
  readonly className?: string
  readonly title?: string
  readonly children: ReactNode
}) {
  return (
    <a
      href={to}
      {...(current ? { 'aria-current': 'page' as const } : {})}
      {...(className ? { className } : {})}
      {...(title ? { title } : {})}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        go(to)
      }}
    >
      {children}
    </a>
  )
}
