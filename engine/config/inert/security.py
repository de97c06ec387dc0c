"""Keys of encryption, authentication and permissions."""

from engine.config.key_table import read_keys

SECURITY_KEYS = (
    *read_keys(
        """
ssl.allow.dn.changes | boolean | false
    Let a key store that is replaced carry another subject.
ssl.allow.san.changes | boolean | false
    Let a key store that is replaced carry other alternative names.
ssl.cipher.suites | list one-broker |
    The ciphers that may be negotiated.
ssl.client.auth | string one-broker | none | required, requested, none
    Whether clients have to show a certificate.
ssl.enabled.protocols | list one-broker | TLSv1.2,TLSv1.3
    The versions of TLS that may be negotiated.
ssl.endpoint.identification.algorithm | string one-broker | https
    How the name of the other side is checked; empty for not at all.
ssl.engine.factory.class | class one-broker | null
    The class that makes TLS engines.
ssl.key.password | password listener | null
    What unlocks the private key.
ssl.keymanager.algorithm | string one-broker | SunX509
    The algorithm of the key manager.
ssl.keystore.certificate.chain | password listener | null
    The certificates of the broker, in PEM.
ssl.keystore.key | password listener | null
    The private key of the broker, in PEM.
ssl.keystore.location | string listener | null
    The file of the key store.
ssl.keystore.password | password listener | null
    What unlocks the key store.
ssl.keystore.type | string listener | JKS
    The format of the key store.
ssl.principal.mapping.rules | string | DEFAULT
    Rules that make a user's name of the subject of a certificate.
ssl.protocol | string one-broker | TLSv1.3
    The version of TLS that contexts are made for.
ssl.provider | string one-broker | null
    The security provider that is used for TLS.
ssl.secure.random.implementation | string one-broker | null
    The source of random numbers for TLS.
ssl.trustmanager.algorithm | string one-broker | PKIX
    The algorithm of the trust manager.
ssl.truststore.certificates | password listener | null
    The certificates that are trusted, in PEM.
ssl.truststore.location | string listener | null
    The file of the trust store.
ssl.truststore.password | password listener | null
    What unlocks the trust store.
ssl.truststore.type | string listener | JKS
    The format of the trust store.
security.providers | string | null
    Classes that add providers of security algorithms.
""",
        "connections are not encrypted.",
    ),
    *read_keys(
        """
connection.failed.authentication.delay.ms | int | 100 | 0..
    How long a connection stays open after it failed to authenticate.
connections.max.reauth.ms | long | 0
    How long an authentication holds before it has to be repeated; 0 for ever.
listener.security.protocol.map | string one-broker | \
SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT
    The security protocol of each listener.
principal.builder.class | class one-broker | \
org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder
    The class that makes a user of what a connection has shown.
sasl.client.callback.handler.class | class | null
    The class that answers questions of client mechanisms.
sasl.enabled.mechanisms | list one-broker | GSSAPI
    The mechanisms that clients may choose.
sasl.jaas.config | password one-broker | null
    The login modules of a listener.
sasl.kerberos.kinit.cmd | string one-broker | /usr/bin/kinit
    The path of kinit.
sasl.kerberos.min.time.before.relogin | long one-broker | 60000
    Pause of the thread that renews tickets, in milliseconds.
sasl.kerberos.principal.to.local.rules | list one-broker | DEFAULT
    Rules that make short names of Kerberos principals.
sasl.kerberos.service.name | string one-broker | null
    The Kerberos name that the broker runs under.
sasl.kerberos.ticket.renew.jitter | double one-broker | 0.05
    The share of random time that is added to a renewal.
sasl.kerberos.ticket.renew.window.factor | double one-broker | 0.8
    The share of a ticket's life after which it is renewed.
sasl.login.callback.handler.class | class | null
    The class that answers questions of logins.
sasl.login.class | class | null
    The class that logs in.
sasl.login.connect.timeout.ms | int | null
    How long connecting to an identity provider may take.
sasl.login.read.timeout.ms | int | null
    How long an answer of an identity provider may take.
sasl.login.refresh.buffer.seconds | short one-broker | 300
    Time kept between a renewal and the end of a credential.
sasl.login.refresh.min.period.seconds | short one-broker | 60
    The least time between two renewals of a credential.
sasl.login.refresh.window.factor | double one-broker | 0.8
    The share of a credential's life after which it is renewed.
sasl.login.refresh.window.jitter | double one-broker | 0.05
    The share of random time that is added to a renewal.
sasl.login.retry.backoff.max.ms | long | 10000
    The longest pause between two tries to log in.
sasl.login.retry.backoff.ms | long | 100
    The first pause between two tries to log in.
sasl.mechanism.controller.protocol | string | GSSAPI
    The mechanism between brokers and controllers.
sasl.mechanism.inter.broker.protocol | string one-broker | GSSAPI
    The mechanism between brokers.
sasl.server.callback.handler.class | class | null
    The class that answers questions of server mechanisms.
sasl.server.max.receive.size | int | 524288
    Bytes that an exchange may send at once.
""",
        "clients are not authenticated.",
    ),
    *read_keys(
        """
sasl.oauthbearer.assertion.algorithm | string | RS256
    How assertions are signed.
sasl.oauthbearer.assertion.claim.aud | string | null
    The audience that assertions name.
sasl.oauthbearer.assertion.claim.exp.seconds | int | 300 | 0..86400
    How long assertions hold.
sasl.oauthbearer.assertion.claim.iss | string | null
    The issuer that assertions name.
sasl.oauthbearer.assertion.claim.jti.include | boolean | false
    Give every assertion an id.
sasl.oauthbearer.assertion.claim.nbf.seconds | int | 60 | 0..3600
    How long before now assertions begin to hold.
sasl.oauthbearer.assertion.claim.sub | string | null
    The subject that assertions name.
sasl.oauthbearer.assertion.file | string | null
    A file with an assertion that is made elsewhere.
sasl.oauthbearer.assertion.private.key.file | string | null
    The key that signs assertions.
sasl.oauthbearer.assertion.private.key.passphrase | password | null
    What unlocks that key.
sasl.oauthbearer.assertion.template.file | string | null
    A file with headers and claims for every assertion.
sasl.oauthbearer.client.credentials.client.id | string | null
    The id of the client credentials grant.
sasl.oauthbearer.client.credentials.client.secret | password | null
    The secret of the client credentials grant.
sasl.oauthbearer.clock.skew.seconds | int | 30
    How far clocks of issuer and broker may differ.
sasl.oauthbearer.expected.audience | list |
    The audiences that tokens may name.
sasl.oauthbearer.expected.issuer | string | null
    The issuer that tokens have to name.
sasl.oauthbearer.jwks.endpoint.refresh.ms | long | 3600000
    Time between two fetches of the issuer's keys.
sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms | long | 10000
    The longest pause between two tries to fetch them.
sasl.oauthbearer.jwks.endpoint.retry.backoff.ms | long | 100
    The first pause between two tries to fetch them.
sasl.oauthbearer.jwks.endpoint.url | string | null
    Where the keys of the issuer are.
sasl.oauthbearer.jwt.retriever.class | class | \
org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever
    The class that gets tokens.
sasl.oauthbearer.jwt.validator.class | class | \
org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator
    The class that checks tokens.
sasl.oauthbearer.scope | string | null
    The scope that tokens are asked for.
sasl.oauthbearer.scope.claim.name | string | scope
    The claim that holds a token's scope.
sasl.oauthbearer.sub.claim.name | string | sub
    The claim that holds a token's subject.
sasl.oauthbearer.token.endpoint.url | string | null
    Where tokens are had.
""",
        "clients are not authenticated.",
    ),
    *read_keys(
        """
authorizer.class.name | string |
    The class that decides what users may do.
delegation.token.expiry.check.interval.ms | long | 3600000 | 1..
    Time between two looks for tokens that have expired.
delegation.token.expiry.time.ms | long | 86400000 | 1..
    How long a token holds before it has to be renewed.
delegation.token.max.lifetime.ms | long | 604800000 | 1..
    How long a token can be renewed.
delegation.token.secret.key | password | null
    The key that tokens are made with.
""",
        "whoever reaches the broker may do everything.",
    ),
)
