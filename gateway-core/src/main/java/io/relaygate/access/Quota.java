package io.relaygate.access;

import org.jspecify.annotations.Nullable;

/**
 * The limits of one source, caller, destination, sender or hybrid connection; null is none.
 *
 * @param who whose they are, for people
 * @param key the setting's place, with {@code %s} for its name
 * @param sessions how many may be open at once
 * @param newPerSecond how many may begin in a second
 * @param bytesPerSecond how many bytes may go in a second
 */
record Quota(String who, String key, @Nullable Integer sessions, @Nullable Integer newPerSecond, @Nullable Long bytesPerSecond) {

    boolean isNone() {
        return sessions == null && newPerSecond == null && bytesPerSecond == null;
    }

    String place(String setting) {
        return key.formatted(setting);
    }

    static Quota ofSource(LimitSettings limits) {
        return new Quota(
                "the source",
                "limits.%sPerSource",
                limits.sessionsPerSource(),
                limits.newPerSecondPerSource(),
                limits.bytesPerSecondPerSource());
    }

    static Quota ofCaller(LimitSettings limits, String caller) {
        return new Quota(
                "caller '" + caller + "'",
                "limits.%sPerCaller",
                limits.sessionsPerCaller(),
                limits.newPerSecondPerCaller(),
                limits.bytesPerSecondPerCaller());
    }

    static Quota ofDestination(DestinationLimits limits, String destination) {
        return new Quota(
                "destination '" + destination + "'",
                "destinations." + destination + ".limits.%s",
                limits.sessions(),
                limits.newPerSecond(),
                limits.bytesPerSecond());
    }

    static Quota ofSender(SenderLimits limits, String sender) {
        return new Quota(
                "sender '" + sender + "'",
                "senders." + sender + ".limits.%s",
                limits.sessions(),
                limits.newPerSecond(),
                limits.bytesPerSecond());
    }

    static Quota ofEntryPoint(String name, int maxSessions) {
        return new Quota("entry point '" + name + "'", "entryPoints." + name + ".maxSessions", maxSessions, null, null);
    }
}
