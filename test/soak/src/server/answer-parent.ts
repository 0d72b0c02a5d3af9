import type { NumberedAnswer, NumberedQuestion, Question } from '../messages.ts'

/** Answers every message of the parent. After `close` it lets go of the parent, so that nothing of ours holds the process. */
export function answerParent(answer: (question: Question) => Promise<unknown>): void {
  const reply = (message: NumberedAnswer, then: () => void): void => void process.send?.(message, then)
  process.on('message', ({ id, question }: NumberedQuestion) => {
    const isLast = question.kind === 'close'
    answer(question).then(
      given => reply({ id, answer: given }, isLast ? letGo : goOn),
      error => reply({ id, answer: undefined, error: String(error) }, isLast ? letGo : goOn),
    )
  })
  // A parent that died must not leave a server behind; after `close` there is nobody left to wait for.
  process.on('disconnect', endWithParent)
}

function goOn(): void {}

function letGo(): void {
  process.off('disconnect', endWithParent)
  process.disconnect()
}

function endWithParent(): void {
  process.exit(1)
}
