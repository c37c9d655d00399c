package io.relaygate.plugins.http.callers;

import io.relaygate.sdk.Setting;

/** What each may have: each source, or each caller. */
public record Each(
        @Setting(value = "Requests that are served at the same time; more are answered with 429. 0 for any.", byDefault = "0", min = "0", max = "1000000")
                int atOnce,
        @Setting(value = "Requests in a second; more are answered with 429. 0 for any.", byDefault = "0", min = "0", max = "1000000") int perSecond) {}
