/**
 * Answers every message of the process that started this one, and ends with it. What `answer` throws ends the process too.
 * @param ready said at once, as the sign that questions are welcome
 */
export function answerParent(ready: unknown, answer: (question: unknown) => Promise<unknown>): void {
  process.on('message', async question => process.send?.(await answer(question)))
  process.on('disconnect', () => process.exit())
  process.send?.(ready)
}
