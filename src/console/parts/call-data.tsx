import type { CallView } from '../../cti/messages.ts'
import { clockText } from '../now.ts'
import { say } from '../words.ts'
import { CallPath } from './call-path.tsx'
import { Facts } from './facts.tsx'
import { OpenCaseList } from './open-case-list.tsx'
import { PastContacts } from './past-contacts.tsx'
import { SuggestionList } from './suggestion-list.tsx'

/** All that is known of the caller and of their way here. */
export function CallData({ data }: { readonly data: NonNullable<CallView['data']> }) {
  const { customer } = data
  return (
    <div class="data">
      <div>
        <h3>{say('customer')}</h3>
        {customer ? (
          <Facts
            facts={{
              [say('segment')]: customer.segment,
              [say('flags')]: customer.flags.join(', '),
              ...customer.profile
            }}
          />
        ) : (
          <p class="quiet">{say('unknownCustomer')}</p>
        )}
      </div>
      <div>
        <h3>{say('intent')}</h3>
        <p class="intent">{data.intent ?? '–'}</p>
        <Facts
          facts={{
            [say('waitedFor')]: clockText(data.waited.totalMs),
            [say('language')]: data.language,
            ...data.collected
          }}
        />
      </div>
      {data.openCases && (
        <div>
          <h3>{say('openCases')}</h3>
          <OpenCaseList cases={data.openCases} />
        </div>
      )}
      {data.history && (
        <div>
          <h3>{say('pastContacts')}</h3>
          <PastContacts history={data.history} />
        </div>
      )}
      {data.suggestions && (
        <div>
          <h3>{say('suggestions')}</h3>
          <SuggestionList suggestions={data.suggestions} />
        </div>
      )}
      {data.path.length > 0 && (
        <div>
          <h3>{say('path')}</h3>
          <CallPath path={data.path} />
        </div>
      )}
    </div>
  )
}
