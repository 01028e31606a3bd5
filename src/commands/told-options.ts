import { Option } from 'commander'

/** Where the running server is; who signs in is told by SWITCHBOARD_TOKEN, or SWITCHBOARD_USER and SWITCHBOARD_PASSWORD. */
export function server(): Option {
  return new Option('--server <url>', 'address of the running server (default: http:// and HTTP_ADDRESS)')
}

/** What `language` is read into. */
export interface Told {
  readonly language?: string
}

/** In which language to tell what is wrong. */
export function language(): Option {
  return new Option(
    '--language <language>',
    'in which to tell what is wrong: en or zh-CN (default: by LC_ALL, LC_MESSAGES or LANG)'
  )
}
