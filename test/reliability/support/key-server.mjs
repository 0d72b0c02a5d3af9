// A key server in a thread of its own, which answers while the loop of the API stands still.
import { createServer } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

const { keys, answersAfterMilliseconds } = workerData

const server = createServer((_request, response) => {
  parentPort.postMessage('asked')
  setTimeout(() => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys }))
  }, answersAfterMilliseconds)
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
