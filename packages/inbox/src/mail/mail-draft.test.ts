import { describe, expect, it } from 'vitest'
import { checkMailDraft, toAddressList, toReplySubject } from './mail-draft.ts'

describe('a mail that is being written', () => {
  it('[EM127] answers under the subject of the thread', () => {
    expect(toReplySubject('Harbour tour')).toBe('Re: Harbour tour')
    expect(toReplySubject('RE: Harbour tour')).toBe('RE: Harbour tour')
    expect(toReplySubject(null)).toBe('')
    expect(toReplySubject('x'.repeat(200))).toHaveLength(200)
  })

  it('[EM127] takes addresses as people write them', () => {
    expect(toAddressList('a@b.example, Rin <rin@c.example>;\n d@e.example ,')).toEqual([
      'a@b.example',
      'rin@c.example',
      'd@e.example',
    ])
  })

  it('[EM127] goes with a subject and copies to addresses alone', () => {
    expect(checkMailDraft(' Hello ', { cc: 'a@b.example', bcc: '' })).toEqual({
      mail: { subject: 'Hello', cc: ['a@b.example'] },
    })
    expect(checkMailDraft(' ', { cc: 'a@b.example, nobody', bcc: 'a b@c.example' })).toEqual({
      problems: {
        subject: 'A mail needs a subject.',
        cc: '“nobody” is not an e-mail address.',
        bcc: '“a b@c.example” is not an e-mail address.',
      },
    })
    const many = Array.from({ length: 21 }, (_, index) => `a${index}@b.example`).join(',')
    expect(checkMailDraft('Hello', { cc: many, bcc: '' })).toEqual({ problems: { cc: 'At most 20 addresses.' } })
  })
})
