package io.relaygate.doctor;

import io.relaygate.KeyRights;
import io.relaygate.doctor.NamespaceExam.Use;
import io.relaygate.relay.RelayProbe;
import io.relaygate.relay.RelayProbe.Meaning;
import io.relaygate.relay.RelayProbe.Said;
import io.relaygate.relay.server.RelaySettings.Right;
import io.relaygate.tunnel.Mode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a namespace lets us do at a hybrid connection, and whether somebody listens there. */
final class HybridConnectionExam {

    private final String namespace;
    private final RelayProbe probe;
    private final boolean listen;
    private final boolean both;

    /**
     * For one namespace.
     *
     * @param listen whether we may listen for a moment
     * @param both whether the namespace's key is there to send and to listen
     */
    HybridConnectionExam(String namespace, RelayProbe probe, boolean listen, boolean both) {
        this.namespace = namespace;
        this.probe = probe;
        this.listen = listen;
        this.both = both;
    }

    private static String role(Use use) {
        return use.listens() ? "Listener" : "Sender";
    }

    String what(Use use) {
        return use.what() + ", " + namespace + "/" + use.path();
    }

    List<Finding> look(Use use) {
        try {
            return use.listens() ? site(use) : edge(use);
        } catch (IOException e) {
            return List.of(Finding.fail(what(use), "no answer: " + NamespaceExam.words(e), "try again; if it stays so, see the relay's log"));
        }
    }

    private static Instant soon() {
        return Instant.now().plus(Doctor.PATIENCE);
    }

    /** We send there. Only gateways are asked in person: in plain mode the listener may be somebody else's. */
    private List<Finding> edge(Use use) throws IOException {
        String what = what(use);
        Said said = probe.send(use.path(), use.mode() == Mode.TUNNEL, true, soon());
        List<Finding> found = new ArrayList<>();
        switch (said.meaning()) {
            case SITE, GRANTED, LISTENED -> found.add(listener(use, said));
            case NO_LISTENER -> found.add(Finding.fail(what, "we may send, and nobody listens",
                    "start the site's gateway, or run `relaygate doctor` where it is"));
            default -> found.add(refused(use, said, "send", Right.SEND));
        }
        if (listen && !both && found.getFirst().level() != Finding.Level.FAIL) {
            found.addAll(overRights(use, probe.listen(use.path(), soon())));
        }
        return found;
    }

    private Finding listener(Use use, Said said) {
        String what = what(use);
        boolean answersCarriers = said.words().contains("this is instance");
        if (said.meaning() == Meaning.LISTENED) {
            return Finding.ok(what, "we may send, and somebody listens");
        }
        if (said.meaning() == Meaning.GRANTED) {
            return use.mode() == Mode.PLAIN
                    ? Finding.ok(what, "we may send, and somebody listens")
                    : Finding.fail(what, "somebody listens who takes whatever comes: no gateway in tunnel mode", "give the site `mode: plain`");
        }
        if (answersCarriers == (use.mode() == Mode.TUNNEL)) {
            return Finding.ok(what, "we may send, and a gateway of the site listens");
        }
        return answersCarriers || said.words().contains("one sender for each session")
                ? Finding.fail(what, "a gateway listens in " + (answersCarriers ? "tunnel" : "plain") + " mode, and here the site has the other",
                        "give the site here and the entry point there the same `mode:`")
                : Finding.warn(what, "a gateway listens, and says: " + said, "see the log of the site");
    }

    private List<Finding> overRights(Use use, String what, boolean can) {
        if (!can) {
            return List.of();
        }
        if (probe.isIdentity()) {
            return List.of(Finding.warn(what, "the identity may " + (use.listens() ? "send" : "listen") + " too, and has to "
                            + (use.listens() ? "listen" : "send") + " alone",
                    "give it the role `Azure Relay " + role(use) + "` and no other, at this hybrid connection"));
        }
        Right needed = use.listens() ? Right.LISTEN : Right.SEND;
        Right excess = use.listens() ? Right.SEND : Right.LISTEN;
        KeyRights.Warning warning = KeyRights.tooMuch(what, null, Set.of(needed), Set.of(excess), use.path());
        return List.of(Finding.warn(what, warning.found(), warning.todo()));
    }

    private List<Finding> overRights(Use use, Said listening) {
        return overRights(use, what(use), listening.meaning() == Meaning.GRANTED || listening.meaning() == Meaning.FULL);
    }

    /**
     * We listen there. Without leave to listen the question is whether we may send: a key that may not is known for one of the
     * hybrid connection or its namespace, and nobody is disturbed.
     */
    private List<Finding> site(Use use) throws IOException {
        String what = what(use);
        Said said = probe.send(use.path(), false, true, soon());
        List<Finding> found = new ArrayList<>();
        boolean sends = switch (said.meaning()) {
            case SITE, GRANTED, LISTENED, NO_LISTENER -> true;
            default -> false;
        };
        if (said.meaning() != Meaning.NO_RIGHT && !sends) {
            found.add(refused(use, said, "listen", Right.LISTEN));
            return found;
        }
        found.add(listen ? listening(use, probe.listen(use.path(), soon())) : Finding.ok(what,
                (probe.isIdentity() ? "the identity" : "the key") + " is known there" + (sends ? "" : " and may not send") + "; whether it may listen is asked with --listen"));
        if (sends && !both) {
            if (takesAnybody(use)) {
                found.add(Finding.warn(what, "senders need no token: whoever knows its name can reach this site",
                        "make the hybrid connection with `--requires-client-authorization true`"));
            } else {
                found.addAll(overRights(use, what, true));
            }
        }
        return found;
    }

    private boolean takesAnybody(Use use) throws IOException {
        Meaning without = probe.send(use.path(), false, false, soon()).meaning();
        return without != Meaning.REFUSED && without != Meaning.NO_RIGHT;
    }

    private Finding listening(Use use, Said said) {
        return switch (said.meaning()) {
            case GRANTED -> Finding.ok(what(use), "we may listen");
            case FULL -> Finding.warn(what(use), "we may listen, and as many do already as there may be",
                    "stop a gateway of the site, or give them fewer `controlChannels:`, before another is started");
            default -> refused(use, said, "listen", Right.LISTEN);
        };
    }

    private Finding refused(Use use, Said said, String verb, Right needed) {
        String what = what(use);
        return switch (said.meaning()) {
            case UNKNOWN -> Finding.fail(what, "this hybrid connection does not exist (" + said + ")",
                    "make it, as `relaygate relay-keys " + use.path() + "` says, or name another with `hybridConnection:`");
            case NO_RIGHT -> Finding.fail(what, "the " + (probe.isIdentity() ? "identity" : "key") + " may not " + verb + " (" + said + ")",
                    probe.isIdentity()
                            ? "give it the role `Azure Relay " + role(use) + "` at this hybrid connection; a new role takes some minutes"
                            : "give a key with the right " + (needed == Right.SEND ? "Send" : "Listen") + ", as `relaygate relay-keys " + use.path() + "` says");
            case REFUSED -> Finding.fail(what, "our credential is refused (" + said + ")", said.advice());
            default -> Finding.fail(what, "the relay or the listener cannot serve us now (" + said + ")", "try again; if it stays so, see the relay's log");
        };
    }
}
