"""A real Apache Kafka with every kind of listener that a client has to get through.

| listener    | protocol       | what it wants                                     |
|-------------|----------------|---------------------------------------------------|
| `PLAINTEXT` | PLAINTEXT      | nothing                                           |
| `TLS`       | SSL            | nothing                                           |
| `MUTUAL`    | SSL            | a certificate of the authority                    |
| `OPEN`      | SASL_PLAINTEXT | a log-in by any mechanism                         |
| `SAFE`      | SASL_SSL       | a log-in by any mechanism, for SESSION_MS         |
| `SCRAM`     | SASL_PLAINTEXT | a log-in by SCRAM-SHA-512                         |

`USER` may do everything, `GUEST` nothing; both have `PASSWORD`, the guest by PLAIN only. Who comes
without a log-in may do everything too.
"""

import base64
import json
from pathlib import Path

from tests.peers.apache_kafka import ApacheKafka
from tests.support.certificates import Authority

USER, GUEST, PASSWORD = "ann", "bob", "ann=secret"
SESSION_MS = 1500
LISTENERS = {
    "TLS": "SSL",
    "MUTUAL": "SSL",
    "OPEN": "SASL_PLAINTEXT",
    "SAFE": "SASL_SSL",
    "SCRAM": "SASL_PLAINTEXT",
}

_MODULES = {
    "plain": "plain.PlainLoginModule required "
    + " ".join(f'user_{name}="{PASSWORD}"' for name in (USER, GUEST)),
    "scram-sha-256": "scram.ScramLoginModule required",
    "scram-sha-512": "scram.ScramLoginModule required",
    "oauthbearer": 'oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="b"',
}


def secure_kafka(directory: Path, authority: Authority) -> ApacheKafka:
    """One node, to be entered. Its certificate is for 127.0.0.1 and not for `localhost`."""
    issued = authority.issue("broker", ["127.0.0.1", "broker.test"])
    settings = {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(issued.both),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority.ca),
        "listener.name.mutual.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
        "listener.name.scram.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.safe.connections.max.reauth.ms": str(SESSION_MS),
        "connection.failed.authentication.delay.ms": "10",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{USER};User:ANONYMOUS;User:CN=client-None;User:CN=client-locked",
    }
    for listener in ("open", "safe", "scram"):
        for mechanism, module in _MODULES.items():
            name = f"listener.name.{listener}.{mechanism}.sasl.jaas.config"
            settings[name] = f"org.apache.kafka.common.security.{module};"
    scram = [f'SCRAM-SHA-{bits}=[name={USER},password="{PASSWORD}"]' for bits in (256, 512)]
    return ApacheKafka(
        directory,
        settings=settings,
        listeners=LISTENERS,
        scram=scram,
    )


def unsecured_token(subject: str, *, issued_s: int, expires_s: int) -> str:
    """A token without a signature, which Kafka takes unless it is told to validate them."""
    claims = {"sub": subject, "iat": issued_s, "exp": expires_s}
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])
