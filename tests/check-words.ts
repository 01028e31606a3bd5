// Part of `npm run check`: what the tools of flow designers say is there in Chinese (src/flow/words/zh-cn/).
import { missingWords } from './helpers/flow/missing-words.ts'

const missing = await missingWords()
for (const line of missing) console.error(line)
if (missing.length > 0) {
  console.error('Chinese stands in src/flow/words/zh-cn/, by the English with {} for its values')
  process.exitCode = 1
}
