// The measured call on ari-client, written as the example of its README ("Promises") is.
// Arguments: address of ARI, user, password, application, menu, next (sound files without their endings).
import client from 'ari-client'

const [address, user, password, application, menu, next] = process.argv.slice(2)

client.connect(`http://${address}`, user, password).then((ari) => {
  ari.on('StasisStart', channelJoined)

  function channelJoined(event, incoming) {
    if (event.args[0] === 'wait') return void incoming.answer().catch(gone)
    let menuPlayback
    incoming.on('ChannelDtmfReceived', dtmfReceived)

    incoming
      .answer()
      .then(() => {
        menuPlayback = ari.Playback()
        return play(incoming, menu, menuPlayback)
      })
      .catch(gone)

    function dtmfReceived(event, channel) {
      // On a busy machine a key may be told before the menu has begun: there is nothing to choose from yet.
      if (event.digit !== '1' || menuPlayback === undefined) return
      channel.removeListener('ChannelDtmfReceived', dtmfReceived)
      menuPlayback
        .stop()
        .then(() => play(channel, next, ari.Playback()))
        .then(() => channel.hangup())
        .catch(gone)
    }
  }

  function play(channel, sound, playback) {
    return new Promise((resolve, reject) => {
      playback.once('PlaybackFinished', (_event, finished) => resolve(finished))
      channel.play({ media: `sound:${sound}` }, playback).catch(reject)
    })
  }

  ari.start(application)
})

/** The caller has hung up meanwhile. */
function gone() {}
