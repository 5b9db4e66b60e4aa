package io.rmqtx.demo.order;

import com.baomidou.mybatisplus.core.mapper.BaseMapper;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Select;

/** The order table. */
@Mapper
public interface OrderMapper extends BaseMapper<Order> {

    /** The next order's number. */
    @Select("SELECT NEXT VALUE FOR order_number")
    long nextNumber();
}
