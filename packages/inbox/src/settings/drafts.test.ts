import { expect, it } from 'vitest'
import { NO_MAIL_DRAFT } from '../mail/mail-draft.ts'
import { createDrafts } from './drafts.ts'
import { createMemoryKeyValue } from './key-value.ts'

it('[EM129] a mail is remembered for its conversation, and forgotten when nothing is left of it', () => {
  const storage = createMemoryKeyValue()
  const answers = { id: 'm1', subject: 'Harbour tour', words: 'Which day?' }
  const mail = { isMail: true, subject: 'Harbour tour', cc: 'rafi@harbour.example', bcc: '', answers }
  createDrafts(storage).writeMail('one', mail)
  expect(createDrafts(storage).readMail('one')).toEqual(mail)
  expect(createDrafts(storage).readMail('two')).toEqual(NO_MAIL_DRAFT)
  createDrafts(storage).writeMail('one', NO_MAIL_DRAFT)
  expect(storage.get('draft-mail.one')).toBeNull()
})

it('[EM129] what another version or a curious person stored does no harm', () => {
  const storage = createMemoryKeyValue()
  storage.set('draft-mail.one', '{"isMail":"yes","subject":7,"cc":"a@b.example"}')
  storage.set('draft-mail.two', '{oops')
  storage.set('draft-mail.three', '[]')
  const drafts = createDrafts(storage)
  expect(drafts.readMail('one')).toEqual({ ...NO_MAIL_DRAFT, cc: 'a@b.example' })
  expect(drafts.readMail('two')).toEqual(NO_MAIL_DRAFT)
  expect(drafts.readMail('three')).toEqual(NO_MAIL_DRAFT)
})
