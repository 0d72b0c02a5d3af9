/** One thing that was looked at. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem'
  readonly topic: 'metadata' | 'keys' | 'cache' | 'transport' | 'clock' | 'readiness' | 'token'
  /** Safe to print. */
  readonly text: string
  /** What to do; there unless it is ok. */
  readonly advice?: string
}

export function ok(topic: Finding['topic'], text: string): Finding {
  return { level: 'ok', topic, text }
}

export function warning(topic: Finding['topic'], text: string, advice: string): Finding {
  return { level: 'warning', topic, text, advice }
}

export function problem(topic: Finding['topic'], text: string, advice: string): Finding {
  return { level: 'problem', topic, text, advice }
}
