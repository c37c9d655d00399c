package io.relaygate.session;

import io.relaygate.destination.Dialed;
import io.relaygate.destination.Loan;
import io.relaygate.net.Link;
import io.relaygate.sdk.Connection;
import java.util.IdentityHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a session has borrowed and not given back. Any thread. */
final class Loans {

    private final IdentityHashMap<Connection, Loan> open = new IdentityHashMap<>();

    /** It was lent, until it is given back or over; where no pool waits for it, giving it back closes it. */
    Connection lent(Dialed dialed) {
        Link link = dialed.link();
        synchronized (this) {
            open.put(link, dialed.loan() == null ? link::close : dialed.loan());
        }
        link.whenOver(() -> forget(link));
        return link;
    }

    private synchronized void forget(Link link) {
        open.remove(link);
    }

    /**
     * It is given back; nothing more is done with one that is over.
     *
     * @throws IllegalArgumentException if it was not lent
     */
    void giveBack(Connection connection) {
        Loan loan;
        synchronized (this) {
            loan = open.remove(connection);
        }
        if (loan != null) {
            loan.giveBack();
        } else if (!isOver(connection)) {
            throw new IllegalArgumentException("a connection that was not borrowed in this session");
        }
    }

    private static boolean isOver(Connection connection) {
        AtomicBoolean over = new AtomicBoolean();
        if (connection instanceof Link link) {
            link.whenOver(() -> over.set(true));
        }
        return over.get();
    }
}
