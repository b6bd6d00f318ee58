// Runs the seeds it is told, one range after the other, until its parent leaves. `argv[2]` is the built simulation.

const { runSeed } = await import(process.argv[2])

process.on('message', async ({ from, to }) => {
  const broken = []
  for (let seed = from; seed < to; seed++) {
    const found = await runSeed(seed).catch((error) => ({ seed, story: [], faults: [String(error?.stack ?? error)] }))
    if (found !== null) broken.push(found)
  }
  process.send({ from, to, broken })
})
process.once('disconnect', () => process.exit(0))
process.send('ready')
