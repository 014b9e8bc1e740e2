import { type ReactNode, useLayoutEffect, useRef } from 'react'

/** A dialog over the page. It begins below the patient's banner: who the patient is must never be hidden. */
export function Modal({
  label,
  kind = '',
  onClose,
  children,
}: {
  readonly label: string
  readonly kind?: string
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const above = document.querySelector('.banner') ?? document.querySelector('.top')
    // The banner grows with what is learnt of the patient while the dialog is open.
    const follow = new ResizeObserver(() => keepBelow(above))
    if (above) follow.observe(above)
    keepBelow(above)
    const shown = dialog.current
    shown?.showModal()
    return () => {
      follow.disconnect()
      shown?.close() // gives the focus back to where it was
    }
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same, and is the dialog's own
    <dialog
      ref={dialog}
      className={`modal ${kind}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="dialog">{children}</div>
    </dialog>
  )
}

function keepBelow(above: Element | null): void {
  const bottom = Math.max(0, above?.getBoundingClientRect().bottom ?? 0)
  document.documentElement.style.setProperty('--above', `${bottom}px`)
}
