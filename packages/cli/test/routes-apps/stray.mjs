Promise.reject(new Error(`nobody waits for ${'secret'.repeat(20)}`))
await new Promise(resolve => setTimeout(resolve, 60_000))
