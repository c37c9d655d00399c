package io.relaygate.plugins.ssh.proxy;

import io.relaygate.sdk.Credential.Kind;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client has shown so far that was not wrong, one of each kind, and what it may show next. */
final class Shown implements AutoCloseable {

    private final Session session;
    private final List<Credential> kept = new ArrayList<>();
    private @Nullable Set<Kind> next;

    Shown(Session session) {
        this.session = session;
    }

    /** Of which kinds one is needed next. */
    Set<Kind> next() {
        if (next == null) {
            next = session.judge() instanceof Verdict.Incomplete incomplete ? incomplete.next() : Set.of();
        }
        return Objects.requireNonNull(next);
    }

    /** The same in words of SSH (RFC 4252, RFC 4256), with commas between them. */
    String methods() {
        Set<String> methods = new LinkedHashSet<>();
        if (next().contains(Kind.PUBLIC_KEY) || next().contains(Kind.SSH_CERTIFICATE)) {
            methods.add("publickey");
        }
        if (next().contains(Kind.PASSWORD)) {
            methods.add("password");
        }
        if (next().contains(Kind.PASSWORD) || next().contains(Kind.ONE_TIME_CODE)) {
            methods.add("keyboard-interactive");
        }
        return String.join(",", methods);
    }

    /** Which kinds were shown, in words for the audit. */
    List<String> kinds() {
        return kept.stream().map(each -> each.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ')).toList();
    }

    /** Whether a key would do that the client has not proven yet. */
    boolean wouldDo(Credential offered) {
        return !(session.judge(with(offered)) instanceof Verdict.Refused);
    }

    /** Judges one more; it is kept if nothing is wrong with it, and wiped otherwise. */
    Verdict judge(Credential fresh) {
        Verdict verdict = session.judge(with(fresh));
        if (verdict instanceof Verdict.Refused) {
            fresh.close();
            return verdict;
        }
        kept.removeIf(each -> {
            boolean same = each.kind() == fresh.kind();
            if (same) {
                each.close();
            }
            return same;
        });
        kept.add(fresh);
        if (verdict instanceof Verdict.Incomplete incomplete) {
            next = incomplete.next();
        }
        return verdict;
    }

    private Credential[] with(Credential fresh) {
        List<Credential> all = new ArrayList<>(kept);
        all.removeIf(each -> each.kind() == fresh.kind());
        all.add(fresh);
        return all.toArray(Credential[]::new);
    }

    /** Wipes all of it. */
    @Override
    public void close() {
        kept.forEach(Credential::close);
        kept.clear();
        next = null;
    }
}
