package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.plugins.http.wire.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes of a destination's response the one that the client sees (RFC 9110 section 7). */
final class Back {

    private final String name;
    private final ResponseFields fields;
    private final Question question;
    private final @Nullable Reverse reverse;

    /**
     * For the responses to one request.
     *
     * @param fields what is done to those of the final one
     * @param reverse what the destination says of itself; null if it knows itself by the name that the client knows
     */
    Back(String name, ResponseFields fields, Question question, @Nullable Reverse reverse) {
        this.name = name;
        this.fields = fields;
        this.question = question;
        this.reverse = reverse;
    }

    /** One that others follow. */
    ResponseHead interim(ResponseHead answer) {
        HopByHop.strip(answer.fields());
        return head(answer, answer.fields(), Framing.NONE);
    }

    /** The one that says that both sides speak another protocol from here on. */
    ResponseHead switching(ResponseHead answer, String to) {
        Fields fields = answer.fields();
        HopByHop.strip(fields);
        fields.add("Via", via(answer)).add("Connection", "Upgrade").add("Upgrade", to);
        return head(answer, fields, Framing.NONE);
    }

    /**
     * The final one.
     *
     * @param stays whether the connection goes on
     */
    ResponseHead last(ResponseHead answer, boolean stays) {
        Fields said = answer.fields();
        List<String> announced = said.members("Trailer");
        Framing body = framing(answer);
        HopByHop.strip(said);
        if (reverse != null) {
            reverse.apply(said);
        }
        fields.ofDestination(answer);
        said.add("Via", via(answer));
        if (question.takesTrailers() && body instanceof Framing.Chunked && !announced.isEmpty()) {
            said.add("Trailer", String.join(", ", announced));
        }
        if (!stays) {
            said.add("Connection", "close");
        } else if (question.head().isOld()) {
            said.add("Connection", "keep-alive");
        }
        return head(answer, said, body);
    }

    /** How the client is told where the body ends: HTTP/1.0 knows no chunks. */
    private Framing framing(ResponseHead answer) {
        return switch (answer.body()) {
            case Framing.None none -> none;
            case Framing.Length length -> length;
            case Framing.Chunked _, Framing.ToTheEnd _ -> !question.head().isOld() ? Framing.CHUNKED : Framing.TO_THE_END;
        };
    }

    /** Whether the client can tell the body's end without the connection's. */
    boolean canStay(ResponseHead answer) {
        return question.stays() && !(framing(answer) instanceof Framing.ToTheEnd);
    }

    /** What comes behind the body for a client that wants it. */
    Fields trailers(Fields trailers) {
        return question.takesTrailers() ? trailers : new Fields();
    }

    private String via(ResponseHead answer) {
        return answer.version().number() + " " + name;
    }

    private static ResponseHead head(ResponseHead answer, Fields fields, Framing body) {
        return new ResponseHead(answer.status(), answer.reason(), Version.HTTP_1_1, fields, body);
    }

    /** Whether the destination keeps its connection open for another request. */
    static boolean destinationStays(RequestHead asked, ResponseHead answer, boolean closes, boolean keeps) {
        boolean stays = !answer.isOld() ? !closes : keeps && !closes;
        return stays && !(answer.body() instanceof Framing.ToTheEnd) && !asked.fields().has("Upgrade");
    }
}
