"""How the two servers are set up, so that they may be compared: each as it is by default, with all that both offer."""

from e2e.servers import SECRET

OURS = {"flush_endpoint_enabled": "true", "account_min_password_length": "1"}
"""Ours: emptied before each sequence."""

REFERENCE = {
    "kinto.userid_hmac_secret": SECRET,
    "kinto.default_bucket_hmac_secret": SECRET,
    # Without the history plugin, which breaks Response-Behavior ("protocol section 10.4").
    "kinto.includes": "kinto.plugins.default_bucket kinto.plugins.accounts kinto.plugins.flush",
    "kinto.flush_endpoint_enabled": "true",
    "kinto.experimental_permissions_endpoint": "true",
    "kinto.account_create_principals": "system.Everyone",
    "kinto.storage_backend": "kinto.core.storage.memory",
    "kinto.cache_backend": "kinto.core.cache.memory",
    "kinto.permission_backend": "kinto.core.permission.memory",
    "multiauth.policies": "account basicauth",
    "multiauth.policy.account.use": "kinto.plugins.accounts.authentication.AccountsAuthenticationPolicy",
    "multiauth.policy.basicauth.use": "kinto.core.authentication.BasicAuthAuthenticationPolicy",
}
"""The reference: memory back ends, accounts before Basic authentication, and the plugins that ours has built in."""
