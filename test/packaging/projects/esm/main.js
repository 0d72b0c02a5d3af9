import * as core from '@scopeward/core'
import * as scopewardExpress from '@scopeward/express'
import * as scopewardFastify from '@scopeward/fastify'
import * as testing from '@scopeward/testing'
import express from 'express'
import fastify from 'fastify'
import guardedRequests from '../guarded-requests.cjs'

const frameworks = { express, fastify }
await guardedRequests({ core, express: scopewardExpress, fastify: scopewardFastify, testing, frameworks })
