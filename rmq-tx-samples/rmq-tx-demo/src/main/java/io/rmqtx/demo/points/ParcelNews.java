package io.rmqtx.demo.points;

import io.rmqtx.ReliableListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tells customers where their parcels are, once per message and in the order in which the broker has them. */
@Component
public class ParcelNews {

    /** The consumer group. */
    public static final String GROUP = "parcel-news";

    private final JdbcClient database;

    /** On this database. */
    public ParcelNews(JdbcClient database) {
        this.database = database;
    }

    /** Tells it. One thread, because several would overtake each other. */
    @ReliableListener(topic = "${demo.parcels-topic}", group = GROUP, threads = 1)
    public void tell(ParcelMoved parcel) {
        database.sql("INSERT INTO parcel_news (customer, step, place) VALUES (?, ?, ?)")
                .params(parcel.customer(), parcel.step(), parcel.place())
                .update();
    }
}
