import { expect, it } from 'vitest'
import { htmlToText } from './html-to-text.ts'
import { trimReply } from './trim-reply.ts'

it('[EM13] HTML becomes lines of words', () => {
  expect(
    htmlToText(
      `<html><head><title>no</title><style>p { color: red }</style></head><body><p>Halo,<br>apa   kabar?</p>
      <ul><li>satu</li><li>dua &amp; tiga</li></ul><table><tr><td>a</td><td>b</td></tr></table>
      <pre>x\n  y</pre><div style="display: none">no</div><script>no</script><img src=x alt="struk"></body></html>`,
    ),
  ).toBe('Halo,\napa kabar?\n\n- satu\n- dua & tiga\na b\nx\n  y\n[struk]')
})

it.each([
  [
    'Gmail',
    '<div dir="ltr">Baik.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, 3 Nov 2025 at 14:05, Ayu &lt;<a href="mailto:a@b.example">a@b.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote"><p>Halo</p></blockquote></div>',
  ],
  [
    'Thunderbird',
    '<p>Baik.</p><div class="moz-cite-prefix">On 03.11.25 14:05, Ayu wrote:<br></div><blockquote type="cite" cite="mid:x"><p>Halo</p></blockquote>',
  ],
  [
    'Outlook',
    '<div>Baik.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ayu<br><b>Sent:</b> Monday</div><div><p>Halo</p></div>',
  ],
  [
    'Outlook on the desktop',
    '<p class="MsoNormal">Baik.</p><div style="border-top:solid"><p><b>From:</b> Ayu &lt;a@b.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Sari<br><b>Subject:</b> x</p></div><p>Halo</p>',
  ],
  [
    'Yahoo',
    '<div>Baik.</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>On Monday, Ayu wrote:</div><div>Halo</div></div>',
  ],
  [
    'Proton',
    '<div>Baik.</div><div class="protonmail_quote">On Monday, Ayu wrote:<blockquote class="protonmail_quote">Halo</blockquote></div>',
  ],
  [
    'Apple Mail',
    'Baik.<br><div><br><blockquote type="cite"><div>On 3 Nov 2025, at 14:05, Ayu &lt;a@b.example&gt; wrote:</div><br><div>Halo</div></blockquote></div>',
  ],
])('[EM13] what %s quotes is told apart', (_name, html) => {
  const { visible, quoted } = trimReply(htmlToText(html))
  expect(visible).toBe('Baik.')
  expect(quoted).toContain('Halo')
})

it('[EM13] answers between quotes keep them, and a marked signature is one', () => {
  const inline =
    '<blockquote>Which colour?</blockquote><div>Blue.</div><blockquote>Which size?</blockquote><div>XL.</div>'
  expect(trimReply(htmlToText(inline)).visible).toBe('> Which colour?\n\nBlue.\n\n> Which size?\n\nXL.')
  const signed = '<div>Baik.</div><div class="gmail_signature">Sari<br>Toko Sari</div>'
  expect(trimReply(htmlToText(signed))).toMatchObject({ visible: 'Baik.', signature: '-- \nSari\nToko Sari' })
  const twice = '<div>Baik.</div>-- <br><div class="gmail_signature">Sari</div>'
  expect(trimReply(htmlToText(twice))).toMatchObject({ visible: 'Baik.', signature: '--\nSari' })
})

it('[EM14] no HTML comes out: tags, comments and attributes are gone, however they are written', () => {
  for (const html of [
    '<img src=x onerror=alert(1)>Halo',
    'Halo<script>alert(1)</script>',
    '<!-- <b>no</b> -->Halo<![CDATA[no]]>',
    '<svg><style><img src=x onerror=alert(1)></style></svg>Halo',
    'Halo<iframe srcdoc="<b>no</b>"></iframe>',
    '<a href="javascript:alert(1)">Halo</a>',
    'Halo<b',
  ])
    expect(htmlToText(html), html).toBe('Halo')
})

it('[EM13] what is nested without end, or broken, ends soon', () => {
  const cpu = (run: () => void) => {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  }
  for (const piece of [
    '<div>',
    '<blockquote>',
    '</div>',
    '<',
    '<a href="',
    '&lt;',
    '<b>x',
    '<p>',
    '<!--',
    '<br>',
    ' ',
    'x',
  ])
    expect(
      cpu(() => htmlToText(piece.repeat(400_000))),
      piece,
    ).toBeLessThan(2_000)
})
