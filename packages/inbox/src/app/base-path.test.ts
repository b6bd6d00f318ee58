import { describe, expect, it } from 'vitest'
import { toMount } from './base-path.ts'

describe('the mount', () => {
  it('[IN12] is found at the root of a host', () => {
    expect(
      toMount('https://chat.example.com/inbox/assets/index-1.js', 'https://chat.example.com/inbox/mine/7'),
    ).toEqual({
      inbox: '/inbox',
      server: 'https://chat.example.com',
    })
  })

  it('[IN12] is found under a path of a host', () => {
    expect(
      toMount('http://localhost:3000/a/chat/inbox/assets/index-1.js', 'http://localhost:3000/a/chat/inbox/'),
    ).toEqual({
      inbox: '/a/chat/inbox',
      server: 'http://localhost:3000/a/chat',
    })
  })
})
