import { useEffect, useRef } from 'react'

/** What a key does, in words for the help. */
export interface Shortcut {
  /** `k` with Ctrl or ⌘ when `withControl`; a letter, sign or function key else; `g j` for one after the other. */
  readonly key: string
  readonly withControl?: true
  readonly words: string
  readonly run: () => void
}

const OFF = 'karna-single-keys'

/** Whether keys without Ctrl act. WCAG 2.1.4: they can be turned off. */
export const singleKeysAct = () => localStorage.getItem(OFF) !== 'off'

/** Turns keys without Ctrl on or off, for this browser. */
export function setSingleKeys(act: boolean): void {
  localStorage.setItem(OFF, act ? 'on' : 'off')
}

/** How long the second key of a pair is waited for. */
const PAIR_MS = 1_500

/** Keys work wherever the user is not writing and no dialog is open; those with Ctrl work always. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const current = useRef(shortcuts)
  current.current = shortcuts
  useEffect(() => {
    let first = { key: '', at: 0 }
    const pressed = (event: KeyboardEvent) => {
      if (!mayAct(event)) return
      const key = nameOf(event)
      const pair = Date.now() - first.at < PAIR_MS ? `${first.key} ${key}` : ''
      first = { key, at: Date.now() }
      const found =
        current.current.find(fits(event, pair)) ?? current.current.find(fits(event, key))
      if (!found) return
      event.preventDefault()
      first = { key: '', at: 0 }
      found.run()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])
}

const nameOf = ({ key }: KeyboardEvent) => (key.length === 1 ? key.toLocaleLowerCase('sv') : key)

const hasControl = ({ ctrlKey, metaKey }: KeyboardEvent) => ctrlKey || metaKey

const fits = (event: KeyboardEvent, key: string) => (shortcut: Shortcut) =>
  shortcut.key !== '' && shortcut.key === key && !!shortcut.withControl === hasControl(event)

/** What takes letters; a box or a button to choose doesn't. */
const WRITTEN_IN = 'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]'

function mayAct(event: KeyboardEvent): boolean {
  if (event.altKey || event.defaultPrevented) return false
  if (hasControl(event)) return true
  if (document.querySelector('[role=dialog], [role=alertdialog], dialog[open]')) return false
  if (/^F\d+$/.test(event.key)) return true
  const { target } = event
  const isWriting = target instanceof HTMLElement && target.matches(WRITTEN_IN)
  return !isWriting && singleKeysAct()
}
