import { describe, expect, it } from 'vitest'
import { makeMail } from '../gallery/fake-mail.ts'
import { toReach, toSiteMail } from './reach.ts'

const ON = { isOn: true, isFallback: true }

describe('how an answer reaches the contact', () => {
  it('[EM120] is by e-mail for who is offline and has left an address', () => {
    expect(toReach(false, makeMail(), ON)).toBe('mail')
    expect(toReach(true, makeMail(), ON)).toBe('here')
    expect(toReach(null, makeMail(), ON)).toBe('here')
  })

  it('[EM120] is not by e-mail without an address, against their wish, or where the site does not mail', () => {
    expect(toReach(false, null, ON)).toBe('away')
    expect(toReach(false, makeMail({ address: null }), ON)).toBe('away')
    expect(toReach(false, makeMail({ isStopped: true }), ON)).toBe('stopped')
    expect(toReach(false, makeMail({ isBounced: true }), ON)).toBe('bounced')
    expect(toReach(false, makeMail(), { isOn: true, isFallback: false })).toBe('away')
  })

  it('[EM120] depends on the site of the conversation', () => {
    const sites = [{ id: 'acme', mail: true }, { id: 'quiet' }, { id: 'elsewhere', mail: true, fallback: false }]
    expect(toSiteMail(sites, 'acme')).toEqual(ON)
    expect(toSiteMail(sites, 'quiet')).toEqual({ isOn: false, isFallback: false })
    expect(toSiteMail(sites, 'elsewhere')).toEqual({ isOn: true, isFallback: false })
    expect(toSiteMail(sites, undefined)).toEqual({ isOn: false, isFallback: false })
  })
})
