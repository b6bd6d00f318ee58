import { expect, test } from 'vitest'
import { OverloadedError } from './log/overloaded-error.ts'
import { RequestError, isExpected, toWireError } from './request-error.ts'
import { StoreError } from './store/store-error.ts'

test('[LG17] a log that is full or stopping is told as overloaded, with the time to wait', () => {
  const error = new OverloadedError('unable to append; too many are waiting')
  expect(toWireError(error)).toEqual({ code: 'overloaded', message: error.message, retryAfter: 2_000 })
  expect(isExpected(error)).toBe(true)
})

test('[ST8] a database that is away is told as unavailable, without its reasons', () => {
  const wire = toWireError(new StoreError('unavailable', 'unable to append; disk I/O error at /var/lib/pendopo.db'))
  expect(wire).toEqual({ code: 'unavailable', message: 'unable to store or read; try again' })
})

test('[SC10] a fault of ours says nothing about itself, a refusal what it was made with', () => {
  expect(toWireError(new TypeError('secret')).message).not.toContain('secret')
  const refusal = new RequestError('rate_limited', 'too many requests', 40)
  expect(toWireError(refusal)).toEqual({ code: 'rate_limited', message: 'too many requests', retryAfter: 40 })
})
