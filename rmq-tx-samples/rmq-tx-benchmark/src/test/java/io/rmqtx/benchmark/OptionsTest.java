package io.rmqtx.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void readsWhatIsGivenAndKeepsTheDefaultsOfTheRest() {
        Options options = Options.parse(List.of("--threads=2,16", "--seconds=1.5", "--contenders=rmq-tx"));
        assertEquals(List.of(2, 16), options.threads());
        assertEquals(Duration.ofMillis(1500), options.measured());
        assertEquals(
                List.of("rmq-tx"),
                options.contenders().stream().map(ContenderSpec::name).toList());
        assertEquals(Options.parse(List.of()).rounds(), options.rounds());
    }

    @Test
    void eachModeHasItsOwnContendersAndFile() {
        Options drain = Options.parse(List.of("--backlog=50", "--mode=drain", "--history=0"));
        assertEquals(50, drain.backlog());
        assertEquals("bare-single", drain.contenders().get(0).name());
        assertEquals("benchmark-drain.json", drain.output().getFileName().toString());
        Options usual = Options.parse(List.of());
        assertEquals(
                List.of("hand-written", "hand-written-acknowledged", "hand-written-in-full", "rmq-tx"),
                usual.contenders().stream().map(ContenderSpec::name).toList());
        assertEquals("benchmark.json", usual.output().getFileName().toString());
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        for (String wrong : List.of(
                "--rounds",
                "--rounds=0",
                "--threads=1,x",
                "--seconds=-1",
                "--contenders=nobody",
                "--contenders=bare-single",
                "--mode=sideways",
                "--history=-1",
                "--what=ever")) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> Options.parse(List.of(wrong)));
            assertTrue(e.getMessage().length() > 20, e.getMessage());
        }
    }
}
