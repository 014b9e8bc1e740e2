/** A time limit passed. */
export const LATE = Symbol('late')

/** What a promise gives, or {@link LATE} if it takes longer. What it gives afterwards is let go. */
export async function within<Value>(
  milliseconds: number,
  promise: Promise<Value>,
): Promise<Value | typeof LATE> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
    promise.catch(() => {})
  }
}
