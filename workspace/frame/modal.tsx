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
    const above = (
      document.querySelector('.banner') ?? document.querySelector('.top')
    )?.getBoundingClientRect().bottom
    document.documentElement.style.setProperty('--above', `${Math.max(0, above ?? 0)}px`)
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close() // gives the focus back to where it was
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
