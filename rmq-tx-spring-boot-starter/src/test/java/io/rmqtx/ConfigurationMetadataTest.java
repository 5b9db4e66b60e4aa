package io.rmqtx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every property is described where editors look, and in the documentation with its default. */
class ConfigurationMetadataTest {

    private static Map<String, JsonNode> properties() throws IOException {
        JsonNode metadata = new ObjectMapper()
                .readTree(Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json")
                        .toFile());
        Map<String, JsonNode> properties = new TreeMap<>();
        metadata.get("properties")
                .forEach(property -> properties.put(property.get("name").asText(), property));
        return properties;
    }

    @Test
    void everyPropertyHasADescription() throws IOException {
        assertThat(properties()).isNotEmpty().allSatisfy((name, property) -> {
            assertThat(name).startsWith("rmq-tx.");
            assertThat(property.path("description").asText()).as(name).isNotBlank();
        });
    }

    @Test
    void everyPropertyIsDocumentedWithItsDefault() throws IOException {
        String documentation = Files.readString(Path.of("..", "docs", "configuration.md"));
        assertThat(properties()).allSatisfy((name, property) -> {
            String line = documentation
                    .lines()
                    .filter(candidate -> candidate.contains("`" + name + "`"))
                    .findFirst()
                    .orElse("");
            assertThat(line).as("docs/configuration.md on " + name).isNotEmpty();
            if (property.has("defaultValue")) {
                assertThat(line)
                        .as("the default of " + name)
                        .contains("`" + property.get("defaultValue").asText() + "`");
            }
        });
    }
}
