package io.rmqtx.demo.order;

import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** The parcels. */
@Mapper
public interface ParcelMapper {

    /** One step on; locks the row until the transaction ends. The number of rows, which is 0 or 1. */
    @Update("UPDATE parcel SET step = step + 1 WHERE customer = #{customer}")
    int moveOn(@Param("customer") String customer);

    /** How far it is. */
    @Select("SELECT step FROM parcel WHERE customer = #{customer}")
    int step(@Param("customer") String customer);
}
