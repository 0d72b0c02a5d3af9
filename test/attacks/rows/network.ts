import { type AttackGroup, by, elsewhere } from './row.ts'

const KEY_SET = 'core/src/issuer/key-set.ts'
const SCHEDULE = 'core/src/issuer/refresh-schedule.ts'
const FETCH = 'core/src/issuer/fetch-document.ts'
const SOURCE = 'core/src/issuer/key-source.ts'
const DISCOVER = 'core/src/issuer/discover.ts'

export const network: AttackGroup = {
  title: 'Keys over the network',
  rows: [
    {
      id: 'NET1',
      known: ['coreos/go-oidc#482', 'libjwt#313'],
      attack: 'A flood of unknown `kid`s makes the API fetch the keys for each.',
      stoppedIn: [KEY_SET, SCHEDULE],
      tests: by(
        'network',
        'NET1 unknown kids cause one fetch per server and cool-down',
        'NET1 what is wrong without any key causes no fetch at all',
        'NET1 a flood while the issuer is down leaves the good keys good, and is not answered with 401',
      ),
    },
    {
      id: 'NET2',
      known: ['wildfly-elytron#2493'],
      attack: 'A flood of bad signatures, or of tokens without `kid`, does the same.',
      stoppedIn: [KEY_SET, SCHEDULE],
      tests: by('network', 'NET2 bad signatures cause one fetch per server and cool-down'),
    },
    {
      id: 'NET3',
      attack: 'The issuer answers never, or byte by byte, and requests pile up.',
      stoppedIn: [FETCH, SCHEDULE],
      tests: [
        ...by('network-faults', 'NET3 there is no answer', 'NET3 the answer stops half-way'),
        ...by(
          'key-lifetime',
          'NET3 while keys cannot be fetched the known ones serve on for an hour, new tokens too, and not for longer',
        ),
        ...elsewhere('test/outage/faults.test.ts', 'an issuer that is "%s": the known keys serve on, "%s"'),
      ],
    },
    {
      id: 'NET4',
      attack: 'A key set without end, or one that unfolds to 50 MiB.',
      stoppedIn: [FETCH],
      tests: by('network-faults', 'NET4 the answer has no end', 'NET4 the answer unfolds to 50 MiB'),
    },
    {
      id: 'NET5',
      attack: 'The issuer redirects to a host inside the network.',
      stoppedIn: [FETCH],
      tests: by('network-faults', 'NET5 the answer leads elsewhere'),
    },
    {
      id: 'NET6',
      attack: 'Metadata names a `jwks_uri` over http, a file, or an address of the cloud provider.',
      stoppedIn: [DISCOVER, 'core/src/shared/uri.ts'],
      tests: by('network', 'NET6 jwks_uri %j is never asked'),
    },
    {
      id: 'NET7',
      attack: 'A web page, broken JSON, no list of keys, or 10,000 of them in place of the key set.',
      stoppedIn: [FETCH, SOURCE],
      tests: by(
        'network-faults',
        'NET7 the answer is a web page',
        'NET7 the answer is broken JSON',
        'NET7 the answer has 10,000 keys',
        'NET7 an empty key set is one: 401, and access once it has a key',
      ),
    },
    {
      id: 'NET8',
      attack: 'Metadata of another issuer.',
      stoppedIn: [DISCOVER],
      tests: by('network-faults', 'NET8 the answer names another issuer'),
    },
    {
      id: 'NET9',
      attack: 'A stolen key works on after the issuer has withdrawn it.',
      stoppedIn: [KEY_SET, 'core/src/token-cache.ts', SCHEDULE],
      tests: [
        ...by('network', 'NET9 a key that is no longer published ends its tokens, those that are remembered as well'),
        ...by('key-lifetime', 'NET9 a jwks_uri that moves is followed, and keys at the old place no longer count'),
      ],
    },
    {
      id: 'NET10',
      attack: '`Cache-Control` makes the API fetch for each request, or keep keys for ten years.',
      stoppedIn: [SOURCE],
      tests: by(
        'key-lifetime',
        'NET10 a max-age of zero seconds does not mean a fetch for each request',
        'NET9, NET10 a max-age of ten years does not keep a withdrawn key beyond a day',
      ),
    },
    {
      id: 'NET11',
      known: ['hypervel/components#388'],
      attack: 'New key material under an old `kid`: new tokens stay refused, old ones accepted.',
      stoppedIn: [KEY_SET],
      tests: by('network', 'NET11 a kid with new key material: the old tokens are refused, the new ones are not'),
    },
    {
      id: 'NET12',
      attack: 'The issuer is down when the API starts, and clients throw good tokens away because they got 401.',
      stoppedIn: [KEY_SET, 'core/src/errors/denials.ts'],
      tests: by(
        'network-faults',
        'NET12 the connection is closed',
        'NET12 the answer is 500',
        'NET12 an issuer that nobody reaches stops no server from starting',
      ),
    },
  ],
}
