package io.relaygate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {

    @ParameterizedTest
    @EnumSource(Reason.class)
    void carriesEveryReasonOfASiteToTheEdge(Reason reason) {
        RefusedException back = Refusal.of("weu", "hc", Refusal.status(reason), Refusal.text("why\nnot ü"));
        assertThat(back.reason()).isEqualTo(reason);
        assertThat(back).hasMessage("why?not ?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "401 | InvalidSignature: The token has an invalid signature. | NO_RELAY | compare sasKeyName and sasKey",
        "401 | ExpiredToken: The token is expired. | NO_RELAY | the token has expired",
        "401 | InvalidAudience: The authorization header contains a token with a wrong audience. | NO_RELAY | another hybrid",
        "401 | MissingToken: Relay security token is required. | NO_RELAY | give a credential",
        "401 | Generic: Ip has been prevented to connect to the endpoint. | NO_RELAY | network rules",
        "403 | Unauthorized access. 'Send' claim(s) are required | NO_RELAY | lacks the right",
        "404 | There are no listeners connected for the endpoint. TrackingId:x | NO_SITE | nobody listens",
        "404 | Endpoint does not exist. TrackingId:x | NO_RELAY | does not exist",
        "504 | None of the connected listeners accepted | NO_SITE | no listener answers",
        "503 | Too many senders | BUSY | too busy",
        "502 | The Listener's custom AcceptHandler threw | UNREACHABLE | listener failed",
        "400 | Rejected by user code | NOT_ALLOWED | listener refused",
        "500 | Oops | NO_RELAY | relay failed"
    })
    void tellsTheRelaysOwnTroublesApart(int status, String phrase, Reason reason, String hint) {
        RefusedException refusal = Refusal.of("weu", "hc", status, phrase);
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal).hasMessageContaining(hint).hasMessageContaining("relay weu, hybrid connection hc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " TrackingId:x"})
    void tellsWhichProcessHasAnswered(String more) {
        Refusal.OtherProcess process = new Refusal.OtherProcess("a1.b2_c-D", "0123456789abcdef".repeat(2));
        String words = Refusal.text(String.valueOf(process.refusal().getMessage()));
        RefusedException back = Refusal.of("weu", "hc", Refusal.status(process.refusal().reason()), words + more);
        assertThat(Refusal.OtherProcess.of(back)).isEqualTo(process);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "this is instance a",
        "this is instance a boot 1",
        "this is instance a b boot 0123456789abcdef0123456789abcdef",
        "this is instance a boot 0123456789abcdef0123456789abcdef0",
        "this is instance a boot 0123456789ABCDEF0123456789ABCDEF",
        "nobody"
    })
    void takesOtherWordsForNoProcess(String words) {
        assertThat(Refusal.OtherProcess.of(new RefusedException(Reason.NO_SITE, words))).isNull();
    }

    @Test
    void boundsWhatAPeerSays() {
        assertThat(Refusal.of("weu", "hc", 500, "x".repeat(10_000)).getMessage()).hasSizeLessThan(400);
    }
}
