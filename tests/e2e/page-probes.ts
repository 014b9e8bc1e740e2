import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds against WCAG 2.2 A and AA on a page, as `rule: where`. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself there
    const { violations } = await (window as any).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
    })
    return violations.flatMap(({ id, nodes }: { id: string; nodes: { html: string }[] }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`),
    )
  })
}

/** What holds text and is meant for eyes; what scrolls by itself can be reached. */
const SEEN = 'main *:not(.heard, .heard *, .cut, svg, svg *, .words, .scroll *, caption), footer *'

/**
 * Text that a reader can't get at: cut by its box, sticking out of its card, or making the page wider than the screen.
 */
export async function clippedText(page: Page): Promise<string[]> {
  return [...(await tooWide(page)), ...(await cutText(page)), ...(await strayText(page))]
}

function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth > clientWidth ? [`the page is ${scrollWidth - clientWidth} px too wide`] : []
  })
}

function cutText(page: Page): Promise<string[]> {
  return page.$$eval(SEEN, (all) =>
    all
      .filter((each) => /^(hidden|clip)$/.test(getComputedStyle(each).overflowX))
      .filter((each) => each.scrollWidth > each.clientWidth + 1)
      .map((each) => `cut ${each.tagName}.${each.className}: ${each.textContent?.slice(0, 60)}`),
  )
}

function strayText(page: Page): Promise<string[]> {
  return page.$$eval(SEEN, (all) =>
    all.flatMap((each) => {
      const frame = each.closest('.card, .banner, .page')
      const range = document.createRange()
      range.selectNodeContents(each)
      const text = range.getBoundingClientRect()
      if (!frame || each.children.length > 0 || text.width === 0) return []
      const limit = frame.getBoundingClientRect()
      const isIn = text.right <= limit.right + 1 && text.left >= limit.left - 1
      return isIn ? [] : [`outside ${each.tagName}.${each.className}: ${each.textContent}`]
    }),
  )
}
