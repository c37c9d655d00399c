package io.relaygate.plugins.redis;

import io.relaygate.plugins.redis.wire.Request;
import io.relaygate.sdk.FirstBytes;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.Recognition;
import io.relaygate.sdk.RouteContext;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Serves clients of Redis. */
final class RedisProtocol implements Protocol<RedisSettings> {

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public Class<RedisSettings> settings() {
        return RedisSettings.class;
    }

    @Override
    public boolean judges() {
        return true;
    }

    @Override
    public boolean recognises() {
        return true;
    }

    /** A request as programs write it; people's inline commands could be anybody's. */
    @Override
    public Recognition recognise(FirstBytes first) throws IOException {
        ByteBuffer bytes = first.bytes();
        if (!bytes.hasRemaining()) {
            return Recognition.NO;
        }
        byte[] begun = new byte[Math.min(bytes.remaining(), Request.LONGEST_BEGINNING)];
        bytes.get(0, begun);
        return Request.begins(begun) ? Recognition.YES : Request.mayBegin(begun) ? Recognition.MORE : Recognition.NO;
    }

    @Override
    public ProtocolHandler open(RedisSettings settings, RouteContext context) {
        if (!context.namesDestination() && settings.users().isEmpty()) {
            throw new IllegalArgumentException("redis needs `to:`, the destination of its sessions, or `users:` in `with:`, one for each user");
        }
        if (context.namesDestination() && settings.users().containsKey(RedisSettings.OTHERS)) {
            throw new IllegalArgumentException("`to:` and `users: { \"*\": ... }` say the same of who is not named; leave one out");
        }
        if (settings.serverUser() != null && settings.serverPassword() == null) {
            throw new IllegalArgumentException("`serverUser` needs `serverPassword`");
        }
        if (settings.serverPassword() != null && settings.logins() == RedisSettings.Logins.SERVER) {
            throw new IllegalArgumentException("`serverPassword` needs `logins: gateway`, or everybody would come in by it");
        }
        if (settings.logins() == RedisSettings.Logins.GATEWAY && !context.namesIdentityProviders()) {
            throw new IllegalArgumentException("`logins: gateway` needs `identityProviders` on the route, or nobody could log in");
        }
        if (settings.logins() == RedisSettings.Logins.SERVER && context.namesIdentityProviders()) {
            throw new IllegalArgumentException("the route's `identityProviders` need `logins: gateway`, or nobody asks them");
        }
        return new RedisHandler(settings, new Commands(settings));
    }
}
