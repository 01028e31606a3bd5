import { render } from 'preact'
import './style/base.css'
import './style/phone.css'
import './style/desk.css'
import './style/board.css'
import { serveFrame } from './frame.ts'
import { App } from './parts/app.tsx'
import { language } from './words.ts'

document.documentElement.lang = language.value
serveFrame()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
