import { NestFactory } from '@nestjs/core'
import { AppModule } from './app.ts'

const app = await NestFactory.create(AppModule)
await app.listen(3000) // rejects if a route says nothing
