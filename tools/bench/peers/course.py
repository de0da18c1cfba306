"""The API of the FastAPI courses as they teach it, over its own schema: SQLAlchemy, psycopg2, a session a request."""

import os

from fastapi import Depends, FastAPI, HTTPException, status
from fastapi.security import OAuth2PasswordBearer
from jose import JWTError, jwt
from pydantic import BaseModel
from datetime import datetime
from typing import List, Optional
from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, create_engine, func, text
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import Session, relationship, sessionmaker
from sqlalchemy.sql.sqltypes import TIMESTAMP

engine = create_engine(os.environ["COURSE_DATABASE_URL"])
SessionLocal = sessionmaker(autocommit=False, autoflush=False, bind=engine)
Base = declarative_base()
scheme = OAuth2PasswordBearer(tokenUrl="login")
app = FastAPI()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    email = Column(String, nullable=False, unique=True)
    password = Column(String, nullable=False)
    created_at = Column(TIMESTAMP(timezone=True), nullable=False, server_default=text("now()"))


class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    title = Column(String, nullable=False)
    content = Column(String, nullable=False)
    published = Column(Boolean, server_default="TRUE", nullable=False)
    created_at = Column(TIMESTAMP(timezone=True), nullable=False, server_default=text("now()"))
    owner_id = Column(Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False)
    owner = relationship("User")


class Vote(Base):
    __tablename__ = "votes"
    user_id = Column(Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    post_id = Column(Integer, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)


class UserOut(BaseModel):
    id: int
    email: str
    created_at: datetime

    class Config:
        orm_mode = True


class PostIn(BaseModel):
    title: str
    content: str
    published: bool = True


class PostOut(PostIn):
    id: int
    created_at: datetime
    owner_id: int
    owner: UserOut

    class Config:
        orm_mode = True


class PostWithVotes(BaseModel):
    Post: PostOut
    votes: int

    class Config:
        orm_mode = True


class VoteIn(BaseModel):
    post_id: int
    dir: int


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


def current_user(token: str = Depends(scheme), db: Session = Depends(get_db)):
    try:
        claims = jwt.decode(token, os.environ["JWT_SECRET"], algorithms=["HS256"], options={"verify_aud": False})
    except JWTError:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
    return db.query(User).filter(User.id == claims.get("user_id")).first()


def counted(db: Session):
    votes = func.count(Vote.post_id).label("votes")
    return db.query(Post, votes).join(Vote, Vote.post_id == Post.id, isouter=True).group_by(Post.id)


@app.get("/posts", response_model=List[PostWithVotes])
def get_posts(db: Session = Depends(get_db), limit: int = 10, skip: int = 0, search: Optional[str] = ""):
    return counted(db).filter(Post.title.contains(search)).limit(limit).offset(skip).all()


@app.get("/posts/{id}", response_model=PostWithVotes)
def get_post(id: int, db: Session = Depends(get_db)):
    post = counted(db).filter(Post.id == id).first()
    if not post:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return post


@app.post("/posts", status_code=status.HTTP_201_CREATED, response_model=PostOut)
def create_post(post: PostIn, db: Session = Depends(get_db), user: User = Depends(current_user)):
    row = Post(owner_id=user.id, **post.dict())
    db.add(row)
    db.commit()
    db.refresh(row)
    return row


@app.post("/vote", status_code=status.HTTP_201_CREATED)
def vote(vote: VoteIn, db: Session = Depends(get_db), user: User = Depends(current_user)):
    if not db.query(Post).filter(Post.id == vote.post_id).first():
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    mine = db.query(Vote).filter(Vote.post_id == vote.post_id, Vote.user_id == user.id)
    if vote.dir == 1:
        if mine.first():
            raise HTTPException(status.HTTP_409_CONFLICT)
        db.add(Vote(post_id=vote.post_id, user_id=user.id))
    else:
        mine.delete(synchronize_session=False)
    db.commit()
    return {"message": "ok"}
