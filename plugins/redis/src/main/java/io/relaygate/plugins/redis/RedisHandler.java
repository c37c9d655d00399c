package io.relaygate.plugins.redis;

import io.relaygate.plugins.redis.RedisSettings.Logins;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Objects;

/** Serves the sessions of one route. */
final class RedisHandler implements ProtocolHandler {

    private final RedisSettings settings;
    private final Commands commands;
    private final SecureRandom random = new SecureRandom();

    RedisHandler(RedisSettings settings, Commands commands) {
        this.settings = settings;
        this.commands = commands;
    }

    @Override
    public void handle(Session session) throws IOException {
        if (settings.logins() == Logins.SERVER && settings.users().isEmpty() && !commands.decide()) {
            session.forward(Objects.requireNonNull(session.facts().to()));
            return;
        }
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        new Conversation(session, settings, commands, bits).run();
    }
}
